import { describe, expect, test } from 'vitest';
import { BrokerRig, once } from './broker-rig.test-kit.ts';

describe('a worker that is silent on an open connection', () => {
  test('gets nothing new, keeps what it has, and is trusted again once heard', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const first = client.request(once, { remainingMs: 60_000 });
    rig.run();
    worker.isSilent = true;
    rig.advance(3_100);
    const second = client.request(once, { remainingMs: 60_000 });
    rig.advance(3_000);
    expect(worker.calls).toEqual([first]);
    expect(client.answers).toEqual([]);
    worker.reply();
    rig.run();
    expect(client.verdict(first)).toBe('reply');
    expect(worker.calls).toEqual([first, second]);
  });

  test('does not keep calls from others', () => {
    const rig = new BrokerRig();
    const [client, silent] = [rig.client(), rig.worker(9)];
    silent.isSilent = true;
    rig.advance(3_100);
    const worker = rig.worker(1);
    const call = client.request(once);
    rig.run();
    expect([silent.calls, worker.calls]).toEqual([[], [call]]);
  });

  test('is not suspected when it was the broker that stood still', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    // What the worker said meanwhile lies unread when the timer fires.
    rig.standStill(30_000);
    const call = client.request(once);
    rig.run();
    expect(worker.calls).toEqual([call]);
  });
});

describe('heartbeats', () => {
  test('are said when nothing else is, and never later than one and a half intervals', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    rig.advance(20_000);
    expect(client.heartbeats).toBe(4);
    expect(worker.heartbeats).toBe(20);
    // A message just after a look: the next look must not think that this was enough for two intervals.
    rig.advance(500);
    const before = worker.heartbeats;
    client.request(once);
    rig.advance(1_400);
    expect(worker.heartbeats).toBe(before + 1);
  });

  test('are heard though the window is full', () => {
    const rig = new BrokerRig({ windowBytes: 20_000 });
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.isDeaf = true;
    for (let i = 0; i < 3; i++) client.request(once);
    rig.run();
    for (const dispatch of worker.dispatches) worker.reply(dispatch, new Uint8Array(15_000));
    rig.run();
    let messages = 0;
    rig.transport = ({ peer }) => ((messages += peer === client.peer ? 1 : 0), 'sent');
    rig.advance(15_000);
    expect(messages).toBe(3);
  });

  test('are not said by a broker that says other things', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(99)];
    for (let i = 0; i < 30; i++) {
      client.request(once);
      rig.advance(200);
    }
    expect(worker.heartbeats).toBe(0);
  });
});

describe('a client that does not read', () => {
  test('is dismissed when too much waits for it, at once', () => {
    const rig = new BrokerRig({ peerBacklogBytesMax: 50_000, windowBytes: 20_000 });
    const [client, other, worker] = [rig.client(), rig.client(), rig.worker(99)];
    client.isDeaf = true;
    for (let i = 0; i < 6; i++) client.request(once);
    const call = other.request(once);
    rig.run();
    for (const dispatch of worker.dispatches) worker.reply(dispatch, new Uint8Array(15_000));
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ sessions: 2, pendingCalls: 0 });
    expect(other.answer(call).body).toHaveLength(15_000);
    // It is refused when it speaks again.
    client.catchUp(rig.now);
    client.request(once);
    rig.run();
    expect(client.refusals).toMatchObject([{ why: 'unknown_session' }]);
  });

  test('is dismissed for refusals as well', () => {
    const rig = new BrokerRig({ peerBacklogBytesMax: 2_000, windowBytes: 1_000 });
    const client = rig.client();
    client.isDeaf = true;
    for (let i = 0; i < 100; i++) client.request(once);
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ sessions: 0 });
  });

  test('gets its replies when it reads again in time', () => {
    const rig = new BrokerRig({ windowBytes: 20_000 });
    const [client, worker] = [rig.client(), rig.worker(99)];
    client.isDeaf = true;
    const calls = Array.from({ length: 6 }, () => client.request(once));
    rig.run();
    for (const dispatch of worker.dispatches) worker.reply(dispatch, new Uint8Array(15_000));
    rig.advance(10_000);
    client.catchUp(rig.now);
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(calls.map(() => 'reply'));
  });
});
