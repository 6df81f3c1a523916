import { VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { CallerMethod, ScriptedClient, ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, TWICE, once, twice } from './broker-rig.test-kit.ts';

const KEY = Uint8Array.of(7);
const BODY = Uint8Array.of(1, 2);

/** Asks with a key. */
function ask(client: ScriptedClient, method: CallerMethod, more: { key?: Uint8Array; body?: Uint8Array } = {}): number {
  return client.request(method, { key: KEY, body: BODY, ...more });
}

function answered(rig: BrokerRig, worker: ScriptedWorker, body: Uint8Array): void {
  worker.reply(worker.last, body);
  rig.run();
}

describe('calls with the same key', () => {
  test('are started once and get one result, also those of other clients and later ones', () => {
    const rig = new BrokerRig();
    const [one, other, worker] = [rig.client(), rig.client(), rig.worker(9)];
    const [a, b, c] = [ask(one, once), ask(one, once), ask(other, once)];
    rig.run();
    expect(worker.calls).toHaveLength(1);
    answered(rig, worker, Uint8Array.of(42));
    const d = ask(other, once);
    rig.run();
    const answers = [one.answer(a), one.answer(b), other.answer(c), other.answer(d)];
    expect(answers.map(({ verdict, body }) => [verdict, body[0]])).toEqual(
      Array.from({ length: 4 }, () => ['reply', 42]),
    );
    expect(worker.calls).toHaveLength(1);
  });

  test('share a declared error', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const calls = [ask(client, twice), ask(client, twice)];
    rig.run();
    worker.fail(worker.last, VERDICTS.declared, Uint8Array.of(0x80));
    rig.run();
    calls.push(ask(client, twice));
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(Array(3).fill('failed_precondition declared yes'));
  });

  test('fill the queue of their service while they wait for it', () => {
    const rig = new BrokerRig({ serviceQueueCallsMax: 2 });
    const [client, worker] = [rig.client(), rig.worker(1)];
    const calls = Array.from({ length: 4 }, () => ask(client, once));
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual([
      ...[undefined, undefined, undefined],
      'resource_exhausted queue_full no',
    ]);
    answered(rig, worker, Uint8Array.of(42));
    expect(client.verdict(calls[2]!)).toBe('reply');
    const later = Array.from({ length: 2 }, (_, i) => ask(client, once, { key: Uint8Array.of(8, i) }));
    rig.run();
    expect(later.map((call) => client.verdict(call))).toEqual([undefined, undefined]);
  });

  test('are not refused for a full queue once their run was started', () => {
    const rig = new BrokerRig({ serviceQueueCallsMax: 2 });
    const [leader, heir, other] = [rig.client(), rig.client(), rig.client()];
    const [worker] = [rig.worker(1)];
    ask(leader, twice);
    rig.run();
    const call = ask(heir, twice);
    rig.run();
    rig.cut(leader);
    for (let i = 0; i < 4; i++) other.request(twice, { body: Uint8Array.of(i) });
    rig.run();
    rig.cut(worker);
    rig.run();
    expect(heir.verdict(call)).toBe(undefined);
    const next = rig.worker(1);
    answered(rig, next, Uint8Array.of(42));
    rig.run();
    expect([next.calls.length > 0, heir.verdict(call)]).toEqual([true, 'reply']);
  });

  test('and another body are refused, while it runs and after', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    ask(client, once);
    const during = ask(client, once, { body: Uint8Array.of(1, 3) });
    rig.run();
    expect(client.verdict(during)).toBe('failed_precondition key_conflict no');
    answered(rig, worker, BODY);
    const after = ask(client, once, { body: new Uint8Array(20_000) });
    rig.run();
    expect(client.verdict(after)).toBe('failed_precondition key_conflict no');
    expect(worker.calls).toHaveLength(1);
  });

  test('have nothing to do with other methods, other keys, and calls without one', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    ask(client, once);
    ask(client, twice);
    ask(client, once, { key: Uint8Array.of(7, 7) });
    client.request(once, { body: BODY });
    client.request(once, { body: BODY });
    rig.run();
    expect(worker.calls).toHaveLength(5);
  });

  test('share what is too large for an envelope', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const body = new Uint8Array(20_000).fill(5);
    const calls = [ask(client, once, { body }), ask(client, once, { body })];
    rig.run();
    answered(rig, worker, body);
    expect(calls.map((call) => client.answer(call).body.length)).toEqual([20_000, 20_000]);
  });
});

describe('the result of a key', () => {
  test('is forgotten after its window', () => {
    const rig = new BrokerRig({ keyWindowMs: 1_000 });
    const [client, worker] = [rig.client(), rig.worker(9)];
    ask(client, once);
    rig.run();
    answered(rig, worker, BODY);
    rig.advance(900);
    ask(client, once);
    rig.run();
    expect(worker.calls).toHaveLength(1);
    rig.advance(200);
    ask(client, once);
    rig.run();
    expect(worker.calls).toHaveLength(2);
  });

  test('gives way to newer ones: the oldest goes first', () => {
    const rig = new BrokerRig({ keyResultsMax: 2 });
    const [client, worker] = [rig.client(), rig.worker(99)];
    for (const key of [1, 2, 3]) {
      ask(client, once, { key: Uint8Array.of(key) });
      rig.run();
      answered(rig, worker, BODY);
    }
    expect(rig.core.sizes()['results']).toBe(2);
    for (const key of [2, 3]) ask(client, once, { key: Uint8Array.of(key) });
    rig.run();
    expect(worker.calls).toHaveLength(3);
    ask(client, once, { key: Uint8Array.of(1) });
    rig.run();
    expect(worker.calls).toHaveLength(4);
  });

  test('is none if an idempotent handler threw: the next call may end better', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const calls = [ask(client, twice), ask(client, twice)];
    rig.run();
    worker.fail(worker.last, VERDICTS.handlerError);
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(Array(2).fill('internal handler_error yes'));
    ask(client, twice);
    rig.run();
    expect(worker.calls).toHaveLength(2);
  });

  test('is the failure if an at-most-once handler threw: it is never started twice', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    ask(client, once);
    rig.run();
    worker.fail(worker.last, VERDICTS.handlerError);
    rig.run();
    const later = ask(client, once);
    rig.run();
    expect(client.verdict(later)).toBe('internal handler_error yes');
    expect(worker.calls).toHaveLength(1);
  });

  test('is none if the handler was not started', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    ask(client, once);
    rig.run();
    worker.fail(worker.last, VERDICTS.invalidInput);
    rig.run();
    ask(client, once);
    rig.run();
    expect(worker.calls).toHaveLength(2);
  });
});

describe('a worker that is lost', () => {
  test('leaves an at-most-once key unknown, for those that wait and for later calls', () => {
    const rig = new BrokerRig();
    const [client, worker, other] = [rig.client(), rig.worker(1), rig.worker(0)];
    const calls = [ask(client, once), ask(client, once)];
    rig.run();
    rig.cut(worker);
    other.grant(9);
    calls.push(ask(client, once));
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(Array(3).fill('unavailable worker_lost unknown'));
    expect(other.calls).toEqual([]);
  });

  test('has an idempotent key started anew, once for all', () => {
    const rig = new BrokerRig();
    const [client, worker, other] = [rig.client(), rig.worker(1), rig.worker(0)];
    const calls = [ask(client, twice), ask(client, twice)];
    rig.run();
    rig.cut(worker);
    other.grant(9);
    rig.run();
    expect(other.calls).toHaveLength(1);
    answered(rig, other, Uint8Array.of(9));
    expect(calls.map((call) => client.answer(call))).toMatchObject([
      { verdict: 'reply', starts: 2 },
      { verdict: 'reply', starts: 2 },
    ]);
  });
});

test('a doubt about an earlier start is shared too: a later "no" is an "unknown"', () => {
  const rig = new BrokerRig();
  const [client, worker] = [rig.client(), rig.worker(1)];
  const calls = [ask(client, twice), ask(client, twice)];
  rig.run();
  rig.cut(worker);
  const other = rig.worker(1);
  other.fail(other.last, VERDICTS.expiredInQueue);
  rig.run();
  expect(calls.map((call) => client.verdict(call))).toEqual(
    Array(2).fill('deadline_exceeded expired_in_queue unknown'),
  );
});

describe('the caller that asked first', () => {
  test('may give up: another call leads if nothing was started', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(0)];
    const [first, second] = [ask(client, once), ask(client, once)];
    rig.run();
    client.cancel(first);
    rig.run();
    worker.grant(9);
    rig.run();
    expect(worker.calls).toEqual([second]);
    answered(rig, worker, Uint8Array.of(3));
    expect(client.answer(second)).toMatchObject({ verdict: 'reply', starts: 1 });
    expect(client.verdict(first)).toBe(undefined);
  });

  test('may be gone: the handler goes on, and its result is kept', () => {
    const rig = new BrokerRig();
    const [client, other, worker] = [rig.client(), rig.client(), rig.worker(9)];
    ask(client, once);
    const waiting = ask(other, once);
    rig.run();
    rig.cut(client);
    expect(worker.cancels).toEqual([]);
    answered(rig, worker, Uint8Array.of(3));
    const later = ask(other, once);
    rig.run();
    expect([waiting, later].map((call) => other.answer(call).body[0])).toEqual([3, 3]);
    expect(rig.core.sizes()).toMatchObject({ keyRuns: 0, parkedCalls: 0, pendingCalls: 0, dispatchedCalls: 0 });
  });

  test('may be gone, and the worker too: another call is started if it may be, else nobody knows', () => {
    const rig = new BrokerRig();
    const [client, other, worker] = [rig.client(), rig.client(), rig.worker(9)];
    ask(client, once);
    ask(client, twice);
    const calls = [ask(other, once), ask(other, twice)] as const;
    rig.run();
    rig.cut(client);
    rig.cut(worker);
    expect(other.verdict(calls[0])).toBe('unavailable worker_lost unknown');
    const next = rig.worker(9);
    expect(next.calls).toEqual([calls[1]]);
    answered(rig, next, BODY);
    expect(other.answer(calls[1])).toMatchObject({ verdict: 'reply', starts: 2 });
  });

  test('may be gone with others of its own: none of them is started any more', () => {
    const rig = new BrokerRig();
    const [gone, other, worker] = [rig.client(), rig.client(), rig.worker(0)];
    for (let i = 0; i < 3; i++) ask(gone, once);
    const waiting = ask(other, once);
    rig.run();
    rig.cut(gone);
    worker.grant(9);
    rig.run();
    expect(worker.dispatches.map(({ instance }) => instance)).toEqual([other.instance]);
    answered(rig, worker, BODY);
    expect(other.verdict(waiting)).toBe('reply');
  });

  test('may come to its deadline: it is told, the others still get the result', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const hasty = client.request(once, { key: KEY, body: BODY, remainingMs: 500 });
    const patient = ask(client, once);
    const hastyToo = client.request(once, { key: KEY, body: BODY, remainingMs: 600 });
    rig.advance(700);
    expect([hasty, hastyToo].map((call) => client.verdict(call))).toEqual(
      Array(2).fill('deadline_exceeded no_reply unknown'),
    );
    answered(rig, worker, BODY);
    expect(client.verdict(patient)).toBe('reply');
  });

  test('and all others may expire unstarted', () => {
    const rig = new BrokerRig();
    const [client] = [rig.client(), rig.worker(0)];
    const calls = [1, 2].map(() => client.request(once, { key: KEY, body: BODY, remainingMs: 500 }));
    rig.advance(600);
    expect(calls.map((call) => client.verdict(call))).toEqual(Array(2).fill('deadline_exceeded expired_in_queue no'));
    expect(rig.core.sizes()).toMatchObject({ keyRuns: 0, parkedCalls: 0, clientQueuedBytes: 0, queuedBytes: 0 });
  });

  // As many as make a stack overflow if each of them is ended from within the one before.
  test('and thousands of others may expire at once', () => {
    const rig = new BrokerRig({ serviceQueueCallsMax: 20_000 });
    rig.worker(0);
    const clients = Array.from({ length: 12 }, () => rig.client());
    for (const client of clients) {
      for (let i = 0; i < 1_000; i++) client.request(once, { key: KEY, body: BODY, remainingMs: 500 });
      rig.run();
    }
    rig.standStill(600);
    rig.run();
    expect(clients.map((client) => client.verdict(1_000))).toEqual(
      Array(12).fill('deadline_exceeded expired_in_queue no'),
    );
    expect(rig.core.sizes()).toMatchObject({ keyRuns: 0, parkedCalls: 0, clientQueuedBytes: 0, queuedBytes: 0 });
  });
});

describe('a broker that shuts down', () => {
  test('refuses a key that was not started, and waits for one that was', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, [ONCE, TWICE])];
    const started = [ask(client, once), ask(client, once)];
    const waiting = [ask(client, twice), ask(client, twice)];
    rig.run();
    rig.command('drain');
    expect(waiting.map((call) => client.verdict(call))).toEqual(Array(2).fill('unavailable draining no'));
    expect(rig.kinds()).not.toContain('drained');
    answered(rig, worker, BODY);
    expect(started.map((call) => client.verdict(call))).toEqual(['reply', 'reply']);
  });
});
