import type { FixedRecord, MapRecord } from '@reeve/protocol';
import {
  BYE,
  CANCEL,
  CREDIT,
  DECLARE,
  ENVELOPE,
  FAILURE,
  NO_BYTES,
  READY,
  RECORD_FLAGS,
  REJECT,
  REPLY,
  REQUEST,
  encodeValue,
  writeMap,
} from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { ScriptedPeer } from './scripted-peer.test-kit.ts';
import { BrokerRig, ScriptedClient, ScriptedWorker, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';

describe('HELLO', () => {
  test('is answered with a session and what the peer must know', () => {
    const rig = new BrokerRig({}, { brokers: ['tcp://other:1'] });
    const [client, worker] = [rig.client(), rig.worker()];
    expect(client.welcome).toMatchObject({ broker: 'broker', heartbeatMs: 5_000, brokers: ['tcp://other:1'] });
    expect(worker.welcome).toMatchObject({ heartbeatMs: 1_000, epoch: client.welcome!.epoch });
    expect(client.channel!.session).not.toBe(worker.channel!.session);
  });

  test('that is repeated is answered once', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const before = client.channel;
    client.hello(rig.now, { nonce: 1 });
    rig.run();
    client.request(once);
    rig.run();
    expect(client.channel).toBe(before);
    expect(client.answers).toHaveLength(1);
  });

  test('that comes again when its session was replaced changes nothing', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    for (let i = 0; i < 3; i++) {
      client.hello(rig.now);
      rig.run();
    }
    const { channel } = client;
    const call = client.request(once);
    rig.run();
    for (const nonce of [1, 2, 3]) client.hello(rig.now, { nonce });
    rig.run();
    worker.reply();
    rig.run();
    expect(client.channel).toBe(channel);
    expect(client.answer(call)).toMatchObject({ verdict: 'reply' });
  });

  test('on the same connection replaces the session, whose calls get their end', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    client.request(once);
    client.request(once);
    rig.run();
    client.hello(rig.now);
    rig.run();
    expect(worker.cancels).toEqual([worker.last.id]);
    expect(rig.core.sizes()).toMatchObject({ sessions: 2, pendingCalls: 0, queuedCalls: 0 });
    expect(client.answers).toEqual([]);
  });

  test('that names the previous session ends it at once, though its connection lives', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    client.request(twice);
    rig.run();
    const second = rig.worker(1);
    const again = rig.again(first, (peer, instance) => new ScriptedWorker(peer, instance));
    again.hello(rig.now, { previous: first.channel!.session });
    rig.run();
    expect(second.calls).toEqual([1]);
    expect(rig.core.sizes()).toMatchObject({ sessions: 3 });
    // What the old connection still says is refused.
    first.reply();
    rig.run();
    expect(first.refusals).toMatchObject([{ why: 'unknown_session', session: first.channel!.session }]);
    expect(client.answers).toEqual([]);
  });

  test('of another process does not end a session that it names', () => {
    const rig = new BrokerRig();
    const [victim, worker] = [rig.client(), rig.worker(1)];
    const call = victim.request(once);
    rig.run();
    const thief = rig.client();
    thief.hello(rig.now, { previous: victim.channel!.session });
    rig.run();
    worker.reply();
    rig.run();
    expect(victim.verdict(call)).toBe('reply');
  });
});

describe('a message', () => {
  test('that names a session of another connection is refused, with the calls in it', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const calls = [client.request(once), client.request(twice)];
    const { frames } = client.outbox.poll(rig.now)!;
    const thief = rig.client();
    rig.inject(thief, frames);
    expect(thief.refusals).toMatchObject([{ why: 'unknown_session', session: client.channel!.session, calls }]);
    expect(worker.calls).toEqual([]);
    rig.inject(client, frames);
    expect(worker.calls).toEqual(calls);
  });

  test('of a session that is over is refused, with the calls in it', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const calls = [client.request(once), client.request(once)];
    const { frames } = client.outbox.poll(rig.now)!;
    client.hello(rig.now);
    rig.run();
    rig.inject(client, frames);
    expect(client.refusals).toMatchObject([{ why: 'unknown_session', calls }]);
  });

  test('that comes twice is acted on once', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const call = client.request(once);
    const { frames } = client.outbox.poll(rig.now)!;
    for (let i = 0; i < 3; i++) rig.inject(client, frames);
    worker.reply();
    rig.run();
    for (let i = 0; i < 3; i++) rig.inject(client, frames);
    expect(worker.calls).toEqual([call]);
    expect(rig.core.counters.duplicateMessages).toBe(5);
  });

  test('that comes again after its session is over proves nothing, for it was acted on', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.request(once);
    const { frames } = client.outbox.poll(rig.now)!;
    rig.inject(client, frames);
    const unread = client.request(once);
    const second = client.outbox.poll(rig.now)!;
    client.hello(rig.now);
    rig.run();
    rig.inject(client, frames);
    expect(client.refusals).toEqual([]);
    rig.inject(client, second.frames);
    expect(client.refusals).toMatchObject([{ calls: [unread] }]);
    expect(worker.calls).toEqual([1]);
    rig.cut(client);
    expect(rig.core.sizes()).toMatchObject({ sessions: 1 });
  });

  test('that comes again after several sessions proves nothing either', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.request(once);
    const { frames } = client.outbox.poll(rig.now)!;
    rig.inject(client, frames);
    for (let i = 0; i < 3; i++) {
      client.hello(rig.now);
      rig.run();
    }
    rig.inject(client, frames);
    expect(client.refusals).toEqual([]);
    expect(worker.calls).toEqual([1]);
  });

  test('after one that is missing ends the session, and its calls are proved not executed', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.request(once);
    rig.run();
    client.request(once);
    client.outbox.poll(rig.now);
    const third = client.request(once);
    rig.run();
    expect(client.refusals).toMatchObject([{ why: 'unknown_session', calls: [third] }]);
    expect(worker.calls).toEqual([1]);
    expect(worker.cancels).toHaveLength(1);
  });

  test('that is not of this protocol is counted, and told of once', () => {
    const rig = new BrokerRig();
    const stranger = new ScriptedClient(rig.nextPeer(), new Uint8Array(16));
    rig.peers.push(stranger);
    for (const text of ['', 'MDPC01', 'GET / HTTP/1.1']) rig.inject(stranger, [new TextEncoder().encode(text)]);
    rig.inject(stranger, []);
    expect(rig.core.counters.malformedMessages).toBe(4);
    expect(rig.events).toEqual([{ kind: 'peer-refused', why: 'not a Reeve envelope' }]);
    expect(rig.core.sizes()).toMatchObject({ sessions: 0 });
  });

  test('of another version is told which one is spoken here', () => {
    const rig = new BrokerRig();
    const stranger = new ScriptedClient(rig.nextPeer(), new Uint8Array(16));
    rig.peers.push(stranger);
    rig.inject(stranger, [Uint8Array.of(...ENVELOPE.magic, 2, ...new Uint8Array(20))]);
    expect(stranger.refusals).toEqual([
      { why: 'version', session: 0, calls: [], detail: 'protocol version 2, this side speaks 1' },
    ]);
  });

  test('without a session that is no HELLO is dropped', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.inject(client, [Uint8Array.of(...ENVELOPE.magic, ENVELOPE.version, ...new Uint8Array(20))]);
    expect(rig.core.counters.malformedMessages).toBe(1);
    expect(client.byes).toEqual([]);
  });

  test('without a session that the transport has no room for is dropped; those of the session keep their order', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const calls = [client.request(once), client.request(once)];
    rig.run();
    rig.transport = (t) => (t.peer === client.peer ? 'full' : 'sent');
    worker.reply(worker.dispatches[0]);
    rig.run();
    const other = rig.client();
    other.request(once);
    rig.inject(client, other.outbox.poll(rig.now)!.frames);
    expect(rig.core.counters).toMatchObject({ refusedMessages: 1, droppedMessages: 1 });
    rig.transport = () => 'sent';
    worker.reply(worker.dispatches[1]);
    rig.advance(100);
    expect(calls.map((call) => client.verdict(call))).toEqual(['reply', 'reply']);
  });
});

describe('a peer that breaks the protocol is dismissed:', () => {
  const record = (
    peer: ScriptedPeer,
    { type }: FixedRecord | MapRecord<never>,
    payload: Uint8Array,
    flags = 0,
  ): void => {
    const at = peer.channel!.reserve(type, flags, payload.length);
    peer.channel!.buffer.set(payload, at);
  };
  const { mustUnderstand } = RECORD_FLAGS;

  test.each<[string, (client: ScriptedClient, worker: ScriptedWorker) => ScriptedPeer]>([
    ['a REQUEST that is cut off', (c) => (record(c, REQUEST, new Uint8Array(5)), c)],
    ['a REQUEST whose lengths do not agree', (c) => (record(c, REQUEST, new Uint8Array(REQUEST.bytes).fill(9)), c)],
    ['a REQUEST for no route', (c) => (c.requestBy(7, 1), c)],
    ['a DECLARE that is none', (c) => (record(c, DECLARE as MapRecord<never>, encodeValue({ route: 1 })), c)],
    ['a DECLARE of no MessagePack', (c) => (record(c, DECLARE as MapRecord<never>, Uint8Array.of(0xc1)), c)],
    ['a CANCEL that is cut off', (c) => (record(c, CANCEL, NO_BYTES), c)],
    ['a client that says READY', (c) => (record(c, { ...CREDIT, type: READY.type }, NO_BYTES, mustUnderstand), c)],
    ['a client that replies', (c) => (record(c, REPLY, new Uint8Array(REPLY.bytes), mustUnderstand), c)],
    ['a record from the future that must be understood', (c) => (record(c, { ...CREDIT, type: 200 }, NO_BYTES, 1), c)],
    ['a second READY', (_, w) => (w.ready([TWICE]), w)],
    ['a READY that is none', (_, w) => (record(w, READY as MapRecord<never>, encodeValue({ methods: 1 })), w)],
    ['a REPLY that is cut off', (_, w) => (record(w, REPLY, new Uint8Array(3)), w)],
    ['a FAILURE that is cut off', (_, w) => (record(w, FAILURE, new Uint8Array(3)), w)],
    ['a REJECT that is cut off', (_, w) => (record(w, REJECT, new Uint8Array(3)), w)],
    ['a CREDIT that is cut off', (_, w) => (record(w, CREDIT, new Uint8Array(3)), w)],
    ['a worker that requests', (_, w) => (record(w, REQUEST, new Uint8Array(REQUEST.bytes), mustUnderstand), w)],
  ])('%s', (_, say) => {
    const rig = new BrokerRig();
    const [client, worker, other] = [rig.client(), rig.worker(9), rig.client()];
    const call = other.request(twice);
    rig.run();
    const offender = say(client, worker);
    rig.run();
    expect(offender.byes.map(({ why, detail = '' }) => [why, detail.length > 10])).toEqual([['protocol', true]]);
    expect(rig.core.sizes()).toMatchObject({ sessions: 2 });
    // What others have under way goes on.
    const server = offender === worker ? rig.worker(1) : worker;
    expect(server.calls).toEqual([call]);
  });

  test('a worker that takes a name of the broker', () => {
    const rig = new BrokerRig();
    const worker = rig.worker(9, [offered('services', { service: 'reeve.broker' })]);
    expect(worker.byes[0]!.why).toBe('protocol');
    expect(worker.byes[0]!.detail).toContain('reeve.broker');
    expect(rig.core.services()).toEqual([]);
  });

  test('but not for records it may skip, nor for bytes after the fields that are known', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    record(client, { ...CREDIT, type: 200 }, new Uint8Array(40));
    record(client, CANCEL, new Uint8Array(CANCEL.bytes + 7));
    record(worker, CREDIT, Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5));
    const call = client.request(once);
    rig.run();
    expect(worker.calls).toEqual([call]);
    expect([...client.byes, ...worker.byes]).toEqual([]);
  });
});

test('BYE ends the session, and nothing after it in the message counts', () => {
  const rig = new BrokerRig();
  const [client, worker] = [rig.client(), rig.worker(9)];
  client.request(once);
  rig.run();
  client.bye();
  client.request(once);
  rig.run();
  expect(worker.calls).toEqual([1]);
  expect(worker.cancels).toHaveLength(1);
  worker.bye('closed');
  rig.run();
  expect(rig.core.sizes()).toMatchObject({ sessions: 0, timers: 0, pools: 0, routes: 0, workerLoads: 0 });
  expect(rig.events.at(-1)).toMatchObject({ kind: 'worker-left', why: 'closed', calls: 1 });
  expect(rig.core.counters.workersLost).toBe(1);
});

test('a BYE that is none still ends the session', () => {
  const rig = new BrokerRig();
  const worker = rig.worker(9);
  writeMap(worker.channel!, BYE, { why: 'because' } as never);
  rig.run();
  expect(rig.core.sizes()).toMatchObject({ sessions: 0 });
});
