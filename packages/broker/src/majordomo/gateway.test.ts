import { describe, expect, test } from 'vitest';
import type { TextPeer } from './gateway-rig.test-kit.ts';
import { GatewayRig } from './gateway-rig.test-kit.ts';

const C01 = ['', 'MDPC01'];
const W01 = ['', 'MDPW01'];
const C02 = ['MDPC02', '\x01'];
const W02 = ['MDPW02'];
const HEARTBEAT_01 = [...W01, '\x04'];
const DISCONNECT_01 = [...W01, '\x05'];

describe('a worker', () => {
  test('gets one request at a time, with a printable address, and its answer reaches the client', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    client.say(...C01, 'echo', 'a', 'b');
    client.say(...C01, 'echo', 'c');
    const [first, ...more] = worker.heard();
    expect(more).toEqual([]);
    expect(first!.map((frame, i) => (i === 3 ? '' : frame))).toEqual([...W01, '\x02', '', '', 'a', 'b']);
    expect(first![3]).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
    worker.say(...W01, '\x03', first![3]!, '', 'A', 'B');
    expect(client.heard()).toEqual([[...C01, 'echo', 'A', 'B']]);
    expect(worker.heard().map((frames) => frames.slice(5))).toEqual([['c']]);
  });

  test('that is lost leaves its request to the next one only if that does no harm', () => {
    const rig = new GatewayRig({ services: { safe: { retrySafe: true } } });
    const client = rig.peer();
    for (const [service, heard] of [
      ['safe', 1],
      ['unsafe', 0],
    ] as const) {
      const [first, second] = [readyWorker(rig, service), readyWorker(rig, service)];
      client.say(...C01, service, 'a');
      const [holder, other] = first.heard().length === 1 ? [first, second] : [second, first];
      holder.cut();
      expect(other.heard()).toHaveLength(heard);
    }
    expect(rig.counters.majordomo).toMatchObject({ 'unanswered: worker_lost': 1 });
  });

  test('is told to register anew when it is not known', () => {
    const rig = new GatewayRig();
    const worker = rig.peer();
    worker.say(...HEARTBEAT_01);
    expect(worker.heard()).toEqual([DISCONNECT_01]);
    worker.say(...W01, '\x03', 'token', '', 'A');
    expect(worker.heard()).toEqual([DISCONNECT_01]);
    worker.say(...DISCONNECT_01);
    expect(worker.heard()).toEqual([]);
    worker.say(...W01, '\x01', 'echo');
    expect(rig.sizes()['sessions']).toBe(1);
  });

  test('that says READY twice is disconnected, and may come back', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    worker.say(...W01, '\x01', 'echo');
    expect(worker.heard()).toEqual([DISCONNECT_01]);
    expect(rig.counters.majordomo).toEqual({ 'workers refused: a second READY': 1 });
    expect(rig.sizes()['sessions']).toBe(0);
    worker.say(...W01, '\x01', 'echo');
    client.say(...C01, 'echo', 'a');
    expect(worker.heard()).toHaveLength(1);
  });

  test.each(['mmi.echo', 'reeve.broker', 'reeve.x.y', 'caf\xe9'])('may not offer %s', (service) => {
    const rig = new GatewayRig();
    const worker = rig.peer();
    worker.say(...W01, '\x01', service);
    expect(worker.heard()).toEqual([DISCONNECT_01]);
    expect(rig.counters.majordomo).toEqual({ 'workers refused: a name that none may have': 1 });
    expect(rig.sizes()['sessions']).toBe(0);
  });

  test('gets a heartbeat each second, busy or not', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    rig.advance(3_000);
    expect(worker.heard()).toEqual([HEARTBEAT_01, HEARTBEAT_01, HEARTBEAT_01]);
    client.say(...C01, 'echo', 'a');
    worker.heard();
    rig.advance(3_000);
    expect(worker.heard()).toEqual([HEARTBEAT_01, HEARTBEAT_01, HEARTBEAT_01]);
  });

  test('that is silent is given up, but not while it works', () => {
    const rig = new GatewayRig();
    const [idle, busy, client] = [readyWorker(rig, 'idle'), readyWorker(rig, 'busy'), rig.peer()];
    client.say(...C01, 'busy', 'a');
    const [request] = busy.heard();
    rig.advance(12_000);
    expect(idle.heard().at(-1)).toEqual(DISCONNECT_01);
    expect(busy.heard().at(-1)).toEqual(HEARTBEAT_01);
    busy.say(...W01, '\x03', request![3]!, '', 'A');
    expect(client.heard()).toEqual([[...C01, 'busy', 'A']]);
  });

  test('may be silent for as long as the configuration says', () => {
    const rig = new GatewayRig({ workerSilenceMs: 30_000 });
    const worker = readyWorker(rig);
    rig.advance(29_000);
    expect(worker.heard()).not.toContainEqual(DISCONNECT_01);
    rig.advance(3_000);
    expect(worker.heard().at(-1)).toEqual(DISCONNECT_01);
  });

  test('may be silent at work for the time of its request', () => {
    const rig = new GatewayRig({ services: { slow: { timeoutMs: 3_600_000 } } });
    const [worker, client] = [readyWorker(rig, 'slow'), rig.peer()];
    client.say(...C01, 'slow', 'a');
    const [request] = worker.heard();
    rig.advance(3_000_000);
    worker.say(...W01, '\x03', request![3]!, '', 'A');
    expect(client.heard()).toEqual([[...C01, 'slow', 'A']]);
  });

  test('that forgets a request registers anew in the end, and gets the next one', () => {
    const rig = new GatewayRig({ timeoutMs: 1_000 });
    const [worker, client] = [readyWorker(rig), rig.peer()];
    client.say(...C01, 'echo', 'forgotten');
    for (let i = 0; i < 119; i++) {
      rig.advance(2_500);
      worker.say(...HEARTBEAT_01);
    }
    expect(worker.heard()).not.toContainEqual(DISCONNECT_01);
    rig.advance(5_000);
    expect(worker.heard()).toContainEqual(DISCONNECT_01);
    expect(rig.counters.majordomo).toMatchObject({ 'workers given up: no answer': 1 });
    worker.say(...W01, '\x01', 'echo');
    client.say(...C01, 'echo', 'next');
    expect(worker.heard().at(-1)?.at(-1)).toBe('next');
  });

  test('that says anything is not silent', () => {
    const rig = new GatewayRig();
    const worker = readyWorker(rig);
    for (let i = 0; i < 10; i++) {
      rig.advance(2_500);
      worker.say(...HEARTBEAT_01);
    }
    expect(worker.heard()).not.toContainEqual(DISCONNECT_01);
  });

  test('whose answer is late, repeated or for nobody is not heard', () => {
    const rig = new GatewayRig({ timeoutMs: 1_000 });
    const [worker, client] = [readyWorker(rig), rig.peer()];
    client.say(...C01, 'echo', 'old');
    const [old] = worker.heard();
    rig.advance(1_500);
    client.say(...C01, 'echo', 'new');
    // It cannot be told to stop: it works on the old one still.
    expect(worker.heard()).toEqual([HEARTBEAT_01]);
    worker.say(...W01, '\x03', old![3]!, '', 'OLD');
    const [next] = worker.heard();
    worker.say(...W01, '\x03', old![3]!, '', 'OLD');
    worker.say(...W01, '\x03', 'nonsense', '', 'OLD');
    expect(client.heard()).toEqual([]);
    worker.say(...W01, '\x03', next![3]!, 'NEW');
    expect(client.heard()).toEqual([[...C01, 'echo', 'NEW']]);
    expect(rig.counters.majordomo).toMatchObject({ 'stray answers dropped': 2, 'unanswered: no_reply': 1 });
  });

  test('that says DISCONNECT gives its request back', () => {
    const rig = new GatewayRig({ services: { echo: { retrySafe: true } } });
    const [worker, client] = [readyWorker(rig), rig.peer()];
    client.say(...C01, 'echo', 'a');
    const other = readyWorker(rig);
    worker.heard();
    worker.say(...DISCONNECT_01);
    expect(other.heard()).toHaveLength(1);
    expect(worker.heard()).toEqual([]);
  });

  test('is told when the broker ends', () => {
    const rig = new GatewayRig();
    const worker = readyWorker(rig);
    rig.command('stop');
    expect(worker.heard()).toEqual([DISCONNECT_01]);
  });
});

describe('a client', () => {
  test('is answered in the dialect that it speaks, whatever the worker speaks', () => {
    const rig = new GatewayRig();
    const worker = rig.peer();
    worker.say(...W02, '\x01', 'echo');
    for (const [asks, answers] of [
      [C01, C01],
      [C02, ['MDPC02', '\x03']],
      [
        ['', ...C02],
        ['', 'MDPC02', '\x03'],
      ],
    ] as const) {
      const client = rig.peer();
      client.say(...asks, 'echo', 'a');
      worker.say(...W02, '\x04', worker.heard()[0]![2]!, '', 'A', '');
      expect(client.heard()).toEqual([[...answers, 'echo', 'A', '']]);
    }
  });

  test('gets the parts of a reply, and over 0.1 all in one', () => {
    const rig = new GatewayRig();
    const [worker, newer, older] = [rig.peer(), rig.peer(), rig.peer()];
    worker.say(...W02, '\x01', 'count');
    const serve = (): void => {
      const address = worker.heard()[0]![2]!;
      worker.say(...W02, '\x03', address, '', '1');
      worker.say(...W02, '\x03', address, '', '2', '2');
      worker.say(...W02, '\x04', address, '', '3');
      worker.say(...W02, '\x03', address, '', '4');
    };
    newer.say(...C02, 'count', 'a');
    serve();
    expect(newer.heard()).toEqual([
      ['MDPC02', '\x02', 'count', '1'],
      ['MDPC02', '\x02', 'count', '2', '2'],
      ['MDPC02', '\x03', 'count', '3'],
    ]);
    older.say(...C01, 'count', 'a');
    serve();
    expect(older.heard()).toEqual([[...C01, 'count', '1', '2', '2', '3']]);
  });

  test('that got a part does not get the reply from its beginning again', () => {
    const rig = new GatewayRig({ services: { count: { retrySafe: true } } });
    const [first, client] = [rig.peer(), rig.peer()];
    first.say(...W02, '\x01', 'count');
    client.say(...C02, 'count', 'a');
    first.say(...W02, '\x03', first.heard()[0]![2]!, '', '1');
    const second = rig.peer();
    second.say(...W02, '\x01', 'count');
    first.cut();
    expect(second.heard()).toEqual([]);
    expect(client.heard()).toEqual([['MDPC02', '\x02', 'count', '1']]);
  });

  test('is held for a worker that comes a little later, and no longer', () => {
    const rig = new GatewayRig({ holdMs: 2_000 });
    const [soon, never] = [rig.peer(), rig.peer()];
    soon.say(...C01, 'soon', 'a');
    never.say(...C01, 'never', 'a');
    rig.advance(1_500);
    const worker = readyWorker(rig, 'soon');
    rig.advance(100);
    expect(worker.heard()).toHaveLength(1);
    rig.advance(3_000);
    expect(readyWorker(rig, 'never').heard()).toEqual([]);
    expect(rig.counters.majordomo).toMatchObject({ 'unanswered: unknown_service': 1 });
  });

  test('may send thousands at once', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    for (let i = 0; i < 12_000; i++) client.say(...C01, 'echo', String(i));
    let answers = 0;
    for (let i = 0; i < 12_000; i++) {
      const [request] = worker.heard();
      worker.say(...W01, '\x03', request![3]!, '', request![5]!);
      answers += client.heard().length;
    }
    expect(answers).toBe(12_000);
    expect(rig.sizes()).toMatchObject({ pendingCalls: 0, queuedCalls: 0, dispatchedCalls: 0 });
  });

  test('that sends more than is kept for it loses the rest, which is counted', () => {
    const rig = new GatewayRig({}, 100_000);
    const client = rig.peer();
    for (let i = 0; i < 50; i++) client.say(...C01, 'echo', 'x'.repeat(4_000));
    const lost = rig.counters.majordomo['unanswered: queue_full']!;
    expect(lost).toBeGreaterThan(20);
    const worker = readyWorker(rig);
    rig.advance(60);
    let served = 0;
    for (let [request] = worker.heard(); request !== undefined; [request] = worker.heard()) {
      worker.say(...W01, '\x03', request[3]!, '', 'A');
      served += 1;
      rig.advance(60);
    }
    expect(served).toBe(50 - lost);
  });

  test('that is gone leaves nothing behind', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    for (let i = 0; i < 300; i++) client.say(...C01, 'echo', 'a');
    client.say(...C01, 'nobody', 'a');
    client.cut();
    const [request] = worker.heard();
    worker.say(...W01, '\x03', request![3]!, '', 'A');
    expect(worker.heard()).toEqual([]);
    worker.cut();
    expect(rig.sizes()).toMatchObject({ sessions: 0, pendingCalls: 0, queuedCalls: 0, queuedBytes: 0, timers: 0 });
  });

  test('whose connection is full for a while gets everything in order', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    let isFull = true;
    rig.transport = ({ peer }) => (peer === client.id && isFull ? 'full' : 'sent');
    for (const body of ['1', '2', '3']) {
      client.say(...C01, 'echo', body);
      worker.say(...W01, '\x03', worker.heard()[0]![3]!, '', body);
    }
    expect(client.heard()).toEqual([]);
    isFull = false;
    rig.advance(100);
    expect(client.heard().map((frames) => frames.at(-1))).toEqual(['1', '2', '3']);
  });
});

describe('what a client sends', () => {
  test('before a worker is there has the form that this worker takes', () => {
    const rig = new GatewayRig({ services: { list: { body: 'json' } } });
    const [early, worker] = [rig.peer(), rig.peer()];
    early.say(...C01, 'list', '[1]');
    early.say(...C01, 'echo', '[1]');
    for (const [name, body] of [
      ['list', '[1]'],
      ['echo', '[1]'],
    ] as const) {
      const late = readyWorker(rig, name);
      rig.advance(100);
      expect(late.heard()[0]?.[5]).toBe(body);
    }
    expect(worker.heard()).toEqual([]);
  });

  test('for a service that stands still does not hold up what is for another', () => {
    const rig = new GatewayRig();
    const [stuck, echo, client] = [readyWorker(rig, 'stuck'), readyWorker(rig), rig.peer()];
    for (let i = 0; i < 3_000; i++) client.say(...C01, i % 2 === 0 ? 'stuck' : 'nobody', 'a');
    client.say(...C01, 'echo', 'a');
    expect(stuck.heard()).toHaveLength(1);
    expect(echo.heard()).toHaveLength(1);
  });

  test('for a service that nobody offers waits longer while the broker has just started', () => {
    const rig = new GatewayRig({ holdMs: 100 }, undefined, 5_000);
    const client = rig.peer();
    client.say(...C01, 'echo', 'a');
    rig.advance(4_000);
    const worker = readyWorker(rig);
    rig.advance(100);
    expect(worker.heard().filter((frames) => frames.length > 3)).toHaveLength(1);
  });

  test('and is held is given up in its time, in any number, and nothing is left', () => {
    const rig = new GatewayRig({ holdMs: 500 });
    const client = rig.peer();
    for (let i = 0; i < 2_000; i++) client.say(...C01, `nobody-${i % 10}`, 'a');
    rig.advance(600);
    expect(rig.counters.majordomo).toMatchObject({ 'unanswered: unknown_service': 2_000 });
    expect(rig.gateway.sizes()).toMatchObject({ lanes: 0, resting: 0, keptBytes: 0, timers: 1 });
  });
});

describe('a reply in parts', () => {
  const serve = (rig: GatewayRig, bytes: number): void => {
    const worker = rig.peer();
    worker.say(...W02, '\x01', 'count');
    rig.advance(60);
    const address = worker.heard().find((frames) => frames.length > 2)![2]!;
    for (let i = 0; i < 3; i++) worker.say(...W02, '\x03', address, '', 'x'.repeat(bytes));
    worker.say(...W02, '\x04', address, '', 'end');
  };

  test('that is more than is kept for a client of 0.1 is not answered with some of it', () => {
    const rig = new GatewayRig({}, 100_000);
    const client = rig.peer();
    client.say(...C01, 'count', 'a');
    serve(rig, 40_000);
    expect(client.heard()).toEqual([]);
    expect(rig.counters.majordomo).toMatchObject({ 'unanswered: a reply that lost a part': 1 });
    expect(rig.gateway.sizes()).toMatchObject({ keptBytes: 0 });
  });

  test('fails as a whole if a part is too large, and the worker goes on', () => {
    const rig = new GatewayRig();
    const client = rig.peer();
    client.say(...C02, 'count', 'a');
    const worker = rig.peer();
    worker.say(...W02, '\x01', 'count');
    rig.advance(60);
    const address = worker.heard()[0]![2]!;
    const half = 'x'.repeat(600_000);
    worker.say(...W02, '\x03', address, '', half, half);
    worker.say(...W02, '\x03', address, '', 'more');
    worker.say(...W02, '\x04', address, '', 'end');
    expect(client.heard()).toEqual([]);
    expect(rig.counters.majordomo).toMatchObject({ 'unanswered: reply_too_large': 1 });
    client.say(...C02, 'count', 'b');
    expect(worker.heard().at(-1)?.at(-1)).toBe('b');
  });
});

describe('the management interface', () => {
  const ask = (client: TextPeer, service: string, body: string = ''): string[] | undefined => {
    client.say(...C02, service, body);
    return client.heard()[0];
  };

  test('knows who has a live worker, and not what was merely asked for', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    client.say(...C02, 'wanted', 'a');
    expect(ask(client, 'mmi.service', 'echo')).toEqual(['MDPC02', '\x03', 'mmi.service', '200']);
    expect(ask(client, 'mmi.service', 'wanted')).toEqual(['MDPC02', '\x03', 'mmi.service', '404']);
    expect(ask(client, 'mmi.workers', 'echo')?.at(-1)).toBe('1');
    expect(ask(client, 'mmi.services')?.slice(3)).toEqual(['echo']);
    expect(ask(client, 'mmi.nonsense')?.at(-1)).toBe('501');
    worker.cut();
    expect(ask(client, 'mmi.service', 'echo')?.at(-1)).toBe('404');
  });

  test('does not push out a reply that waits for a client to read', () => {
    const rig = new GatewayRig();
    const [worker, client] = [readyWorker(rig), rig.peer()];
    let isFull = true;
    rig.transport = ({ peer }) => (peer === client.id && isFull ? 'full' : 'sent');
    client.say(...C01, 'echo', 'a');
    worker.say(...W01, '\x03', worker.heard()[0]![3]!, '', 'A');
    client.say(...C01, 'mmi.service', 'echo');
    isFull = false;
    rig.advance(100);
    expect(client.heard().map((frames) => frames.at(-1))).toEqual(['A', '200']);
  });

  test('answers in kind, also a peer that is no client yet', () => {
    const rig = new GatewayRig();
    const client = rig.peer();
    client.say(...C01, 'mmi.service');
    expect(client.heard()).toEqual([[...C01, 'mmi.service', '404']]);
    expect(rig.sizes()['sessions']).toBe(0);
  });
});

test('what is malformed, or in the wrong role, is dropped and counted', () => {
  const rig = new GatewayRig();
  const [worker, client] = [readyWorker(rig), rig.peer()];
  client.say(...C01, 'nobody', 'a');
  client.say('', 'MDPC01');
  client.say(...W01, '\x01', 'echo');
  client.say('junk');
  worker.say(...C01, 'echo', 'a');
  worker.say();
  expect([...worker.heard(), ...client.heard()]).toEqual([]);
  expect(rig.counters.majordomo).toMatchObject({ 'malformed messages dropped': 5 });
  client.say(...C01, 'echo', 'a');
  expect(worker.heard()).toHaveLength(1);
});

function readyWorker(rig: GatewayRig, service: string = 'echo'): TextPeer {
  const worker = rig.peer();
  worker.say(...W01, '\x01', service);
  expect(worker.heard()).toEqual([]);
  return worker;
}
