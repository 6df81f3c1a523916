import { describe, expect, test } from 'vitest';
import { BrokerRig, once, twice } from './broker-rig.test-kit.ts';

describe('a broker that drains', () => {
  test('says so, refuses what waits and what comes, finishes what is dispatched, and leaves', () => {
    const rig = new BrokerRig({}, { brokers: ['tcp://other:1'] });
    const [client, worker] = [rig.client(), rig.worker(1)];
    const [dispatched, queued] = [client.request(once), client.request(twice)];
    rig.run();
    rig.command('drain');
    expect([client.goaways, worker.goaways]).toEqual([1, 1]);
    expect(client.answer(queued)).toMatchObject({ verdict: 'unavailable draining no', starts: 0 });
    const late = client.request(once);
    rig.run();
    expect(client.verdict(late)).toBe('unavailable draining no');
    expect(rig.kinds()).not.toContain('drained');
    worker.grant(5);
    worker.reply();
    rig.run();
    expect(client.verdict(dispatched)).toBe('reply');
    rig.advance(1_010);
    expect(rig.events.at(-1)).toEqual({ kind: 'drained', unfinished: 0 });
    expect([client.byes, worker.byes]).toMatchObject([[{ why: 'closed' }], [{ why: 'closed' }]]);
    expect(rig.core.sizes()).toMatchObject({ sessions: 0, timers: 0, routes: 0, pools: 0 });
    expect(rig.core.pollTimeout()).toBe(undefined);
  });

  test('says GOAWAY before its refusals, so that nobody sends here again what it refuses', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.worker(0);
    client.isDeaf = true;
    for (let i = 0; i < 3_000; i++) client.request(once);
    rig.run();
    const goawaysAtFirstAnswer: number[] = [];
    rig.command('drain');
    const push = client.answers.push.bind(client.answers);
    client.answers.push = (...answers) => {
      goawaysAtFirstAnswer.push(client.goaways);
      return push(...answers);
    };
    client.catchUp(rig.now);
    expect(goawaysAtFirstAnswer[0]).toBe(1);
  });

  test('leaves as soon as its clients have acknowledged the last replies', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    client.request(once);
    rig.run();
    rig.command('drain');
    worker.reply();
    rig.run();
    expect(rig.kinds()).not.toContain('drained');
    client.cancel(99);
    rig.run();
    expect(rig.kinds()).toContain('drained');
  });

  test('starts idempotent calls anew when it loses their worker, as long as another one has credit', () => {
    const rig = new BrokerRig();
    const [client, first, second] = [rig.client(), rig.worker(1), rig.worker(0)];
    const call = client.request(twice);
    rig.run();
    second.grant(1);
    rig.run();
    rig.command('drain');
    rig.cut(first);
    second.reply();
    rig.run();
    expect(client.verdict(call)).toBe('reply');
    rig.advance(1_010);
    expect(rig.events.at(-1)).toEqual({ kind: 'drained', unfinished: 0 });
  });

  // Workers grant nothing to a broker that leaves: these calls would wait until their deadlines.
  test.each(['none', 'no credit', 'hands back'])('gives back what lost its worker, with the doubt: %s', (other) => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(2)];
    const calls = [client.request(twice), client.request(once)];
    rig.run();
    const second = other === 'none' ? undefined : rig.worker(other === 'no credit' ? 0 : 9);
    rig.command('drain');
    rig.cut(first);
    for (const dispatch of second?.dispatches ?? []) second!.reject(dispatch);
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual([
      'unavailable draining unknown',
      'unavailable worker_lost unknown',
    ]);
    expect(rig.core.sizes()).toMatchObject({ pendingCalls: 0, waitingCalls: 0, dispatchedCalls: 0 });
    rig.advance(1_010);
    expect(rig.kinds()).toContain('drained');
  });

  test('gives back what waits in its queue and was started once already', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    rig.worker(0);
    const call = client.request(twice);
    rig.run();
    rig.cut(first);
    expect(client.answers).toEqual([]);
    rig.command('drain');
    expect(client.verdict(call)).toBe('unavailable draining unknown');
  });

  test.each(['before', 'while'])(
    'gives back what a worker silent %s it drains has and may be started again',
    (when) => {
      const rig = new BrokerRig();
      const [client, silent] = [rig.client(), rig.worker(2)];
      const calls = [client.request(twice, { remainingMs: 60_000 }), client.request(once, { remainingMs: 60_000 })];
      rig.run();
      const [again] = silent.dispatches;
      if (when === 'while') rig.command('drain');
      silent.isSilent = true;
      rig.advance(3_100);
      if (when === 'before') rig.command('drain');
      // The other one must not run elsewhere, and this worker may yet answer it.
      expect(calls.map((call) => client.verdict(call))).toEqual(['unavailable draining unknown', undefined]);
      expect(silent.cancels).toEqual([again!.id]);
      silent.reply(again);
      silent.reply();
      rig.run();
      expect(client.verdict(calls[1]!)).toBe('reply');
    },
  );

  test('refuses what a worker hands back: it was not executed', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(2)];
    const calls = [client.request(once), client.request(twice)];
    rig.run();
    rig.command('drain');
    for (const dispatch of worker.dispatches) worker.reject(dispatch);
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(['unavailable draining no', 'unavailable draining no']);
  });

  test('waits no longer than it may', () => {
    const rig = new BrokerRig({ goawayMs: 2_000, farewellMs: 500 });
    const [client, worker] = [rig.client(), rig.worker(1)];
    client.request(once, { remainingMs: 60_000 });
    rig.run();
    client.isSilent = true;
    rig.command('drain');
    rig.advance(2_490);
    expect(rig.kinds()).not.toContain('drained');
    rig.advance(20);
    expect(rig.events.at(-1)).toEqual({ kind: 'drained', unfinished: 1 });
    expect(worker.byes).toHaveLength(1);
  });

  test('takes no new sessions, and lets go of those that a HELLO replaces', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    client.request(once);
    rig.run();
    rig.command('drain');
    const late = rig.client();
    expect(late.refusals).toMatchObject([{ why: 'draining' }]);
    worker.hello(rig.now);
    rig.run();
    expect(worker.refusals).toMatchObject([{ why: 'draining' }]);
    expect(client.verdict(1)).toBe('unavailable worker_lost unknown');
    rig.advance(1_010);
    expect(rig.kinds()).toContain('drained');
  });
});

describe('a broker that is stopped', () => {
  test('says what it knows, says BYE, and is gone', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const [dispatched, queued] = [client.request(once), client.request(once)];
    rig.run();
    rig.command('stop');
    expect(client.verdict(queued)).toBe('unavailable draining no');
    expect(client.verdict(dispatched)).toBe(undefined);
    expect([client.byes, worker.byes]).toMatchObject([[{ why: 'closed' }], [{ why: 'closed' }]]);
    expect(rig.events.at(-1)).toEqual({ kind: 'drained', unfinished: 2 });
    expect(Object.values(rig.core.sizes()).every((size) => size === 0)).toBe(true);
  });

  test('is stopped once', () => {
    const rig = new BrokerRig();
    rig.command('stop');
    rig.command('stop');
    rig.command('drain');
    expect(rig.kinds()).toEqual(['drained']);
    const late = rig.client();
    expect(late.refusals).toMatchObject([{ why: 'draining' }]);
  });

  test('may be stopped while it drains', () => {
    const rig = new BrokerRig();
    const [client] = [rig.client(), rig.worker(1)];
    client.request(once);
    rig.run();
    rig.command('drain');
    rig.command('stop');
    expect(rig.kinds().filter((kind) => kind === 'drained')).toHaveLength(1);
    rig.advance(60_000);
    expect(rig.kinds().filter((kind) => kind === 'drained')).toHaveLength(1);
  });
});
