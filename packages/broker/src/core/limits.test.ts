import type { Limits } from '@reeve/protocol';
import { expect, test } from 'vitest';
import type { ScriptedClient } from './broker-rig.test-kit.ts';
import { BrokerRig, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';

/** Calls of a client that all have to wait; the last one is over the limit. */
function waitingCalls(limits: Partial<Limits>, count: number, bytes: number): [BrokerRig, ScriptedClient] {
  const rig = new BrokerRig(limits);
  const client = rig.client();
  rig.worker(0);
  for (let i = 0; i < count; i++) client.request(once, { body: new Uint8Array(bytes) });
  rig.run();
  return [rig, client];
}

const FULL = 'resource_exhausted queue_full no';

test.each<[string, Partial<Limits>, number]>([
  ['calls of a client', { clientCallsMax: 3 }, 10],
  ['bytes of a client', { clientQueueBytesMax: 3_100 }, 1_000],
  ['calls of a service', { serviceQueueCallsMax: 3 }, 10],
  ['bytes of a service', { serviceQueueBytesMax: 3_100 }, 1_000],
  ['bytes of the broker', { queueBytesMax: 3_100 }, 1_000],
  ['large bodies of the broker', { queueBytesMax: 31_000 }, 10_000],
])('more %s than allowed are refused, with advice on when to try again', (_, limits, bytes) => {
  const [rig, client] = waitingCalls(limits, 4, bytes);
  expect(client.answers).toMatchObject([{ call: 4, verdict: FULL, starts: 0 }]);
  expect(client.answers[0]!.retryAfterMs).toBeGreaterThan(0);
  // What was let go of makes room.
  client.cancel(1);
  const next = client.request(once, { body: new Uint8Array(bytes) });
  rig.run();
  expect(client.verdict(next)).toBe(undefined);
  rig.worker(9);
  expect(rig.core.sizes()).toMatchObject({ queuedCalls: 0, queuedBytes: 0, clientQueuedBytes: 0 });
});

test('limits of one client do not touch another', () => {
  const [rig, client] = waitingCalls({ clientCallsMax: 3 }, 4, 10);
  const other = rig.client();
  const call = other.request(once);
  rig.run();
  expect([client.verdict(4), other.verdict(call)]).toEqual([FULL, undefined]);
});

test('a queue that is full does not stop a call that need not wait', () => {
  const rig = new BrokerRig({ serviceQueueCallsMax: 1, queueBytesMax: 10, serviceQueueBytesMax: 10 });
  const client = rig.client();
  rig.worker(0, [TWICE]);
  const free = rig.worker(1, [offered('once')]);
  client.request(twice, { body: new Uint8Array(10) });
  const call = client.request(once, { body: new Uint8Array(10) });
  rig.run();
  expect(free.calls).toEqual([call]);
});

test('a call that has waited too long is refused though its deadline is far', () => {
  const [rig, client] = waitingCalls({ queueDelayMaxMs: 2_000 }, 0, 0);
  const call = client.request(once, { remainingMs: 60_000 });
  rig.advance(1_990);
  expect(client.answers).toEqual([]);
  rig.advance(20);
  expect(client.verdict(call)).toBe(FULL);
});

test('a call that was started waits for another start until its deadline: giving up could only leave a doubt', () => {
  const rig = new BrokerRig({ queueDelayMaxMs: 2_000 });
  const client = rig.client();
  const worker = rig.worker(1);
  rig.worker(0);
  const call = client.request(twice, { remainingMs: 60_000 });
  rig.advance(10_000);
  rig.cut(worker);
  rig.advance(40_000);
  expect(client.verdict(call)).toBe(undefined);
  rig.advance(10_100);
  expect(client.verdict(call)).toBe('deadline_exceeded no_reply unknown');
});

test('a body larger than announced is refused', () => {
  const rig = new BrokerRig({ bodyBytesMax: 100 });
  const client = rig.client();
  rig.worker(9);
  expect(client.welcome).toMatchObject({ bodyBytesMax: 100 });
  const [fits, inline, tail] = [100, 101, 20_000].map((n) => client.request(once, { body: new Uint8Array(n) }));
  rig.run();
  expect(client.verdict(fits!)).toBe(undefined);
  expect(client.verdict(inline!)).toBe('resource_exhausted request_too_large no');
  expect(client.verdict(tail!)).toBe('resource_exhausted request_too_large no');
});

test('one peer more than allowed is refused', () => {
  const rig = new BrokerRig({ peersMax: 2 });
  const [first] = [rig.client(), rig.client()];
  const third = rig.client();
  expect(third.refusals).toMatchObject([{ why: 'limit', session: 0, calls: [] }]);
  rig.cut(first);
  third.hello(rig.now);
  rig.run();
  expect(third.channel).toBeDefined();
});
