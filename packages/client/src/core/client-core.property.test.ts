import type { Verdict } from '@reeve/protocol';
import { VERDICTS } from '@reeve/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from './call.ts';
import { CLIENT_DEFAULTS } from './client-options.ts';
import { ClientRig } from './client-rig.test-kit.ts';
import type { SeenRequest } from './scripted-broker.test-kit.ts';

/** Anything may happen, in any order; what was promised holds all the same. */
describe('whatever happens', () => {
  test('a call settles once, by its deadline, and says of its handler only what is so', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 120 }), fc.integer({ min: 1 }), (steps, seed) => {
        const world = new World(seed);
        for (const one of steps) world.take(one);
        expect(world.finish()).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

/** A client and two brokers, and a book of what really happened. */
class World {
  readonly rig: ClientRig;
  readonly calls: Call[] = [];
  readonly refused = new Set<SeenRequest>();
  readonly answered = new Set<SeenRequest>();
  readonly dead = new Set<number>();

  constructor(seed: number) {
    this.rig = new ClientRig({ policy: seed % 2 === 0 ? 'failover' : 'round-robin' }, ['a', 'b'], seed);
    this.rig.a.welcome = { callsMax: 3 };
    this.rig.client.handleCommand(this.rig.now, { kind: 'start' });
  }

  take([what, who, amount]: Step): void {
    const { rig } = this;
    const broker = rig.brokers[who]!;
    switch (what) {
      case 'safe':
      case 'once':
      case 'keyed': {
        const key = what === 'keyed' ? { key: Uint8Array.of(amount & 7) } : {};
        const body = new Uint8Array(amount % 5 === 0 ? 9_000 : amount % 50);
        const route = what === 'safe' || (what === 'keyed' && amount > 127) ? rig.safe : rig.once;
        const late = route === rig.safe && amount % 3 === 0 ? { hedgeAfterMs: 50, attemptTimeoutMs: 1 + amount } : {};
        this.calls.push(rig.start(route, { ...key, ...late, body, timeoutMs: 1 + amount * 10 }));
        break;
      }
      case 'run':
        rig.run();
        break;
      case 'wait':
        rig.advance(amount * 3);
        break;
      case 'reply':
        this.#answer(who, amount, (request) => broker.reply(request));
        break;
      case 'fail':
        this.#answer(who, amount, (request) => this.#fail(who, request, VERDICT_LIST[amount % VERDICT_LIST.length]!));
        break;
      case 'cancel':
        if (this.calls.length > 0) rig.client.cancel(this.calls[amount % this.calls.length]!);
        break;
      case 'cut':
        rig.cut(broker);
        break;
      case 'kill':
        this.dead.add(who);
        rig.kill(broker);
        break;
      case 'revive':
        this.dead.delete(who);
        rig.revive(broker);
        break;
      case 'restart':
        broker.restart();
        break;
      case 'goaway':
        broker.goaway();
        break;
      case 'bye':
        broker.bye();
        break;
      case 'noise':
        for (const peer of rig.peersOf(broker)) {
          rig.client.handleMessage(rig.now, peer, [Uint8Array.of(0xab, 0x52, 0x56, amount & 3, amount, who, 0)]);
        }
        break;
      case 'transport': {
        const fate = (['sent', 'full', 'gone', 'hold'] as const)[amount % 4]!;
        rig.transport = (_, other) => (other === broker ? fate : 'sent');
        break;
      }
    }
  }

  /** Lets every deadline pass and looks at the book. Returns what is wrong. */
  finish(): string[] {
    const { rig } = this;
    rig.advance(10_000);
    const { pendingCalls, unsentBytes } = rig.client;
    const counts = [pendingCalls, unsentBytes, rig.settled.length, new Set(rig.settled).size].join(' ');
    const expected = `0 0 ${this.calls.length} ${this.calls.length}`;
    const wrong = counts === expected ? [] : [`pending, bytes, settled, distinct: ${counts}, not ${expected}`];
    return [...wrong, ...this.#wrongWithBudget(), ...this.calls.flatMap((call) => this.#wrongWith(call))];
  }

  /** One budget pays for everything that is asked for twice without need. */
  #wrongWithBudget(): string[] {
    const { now, client } = this.rig;
    const { calls, retries, hedges, attemptTimeouts } = client.stats;
    const { retryBudgetShare: share, retryBudgetFloor: floor } = CLIENT_DEFAULTS;
    const spent = retries + hedges + attemptTimeouts;
    const most = share * calls + floor * (1 + (now - STARTED_AT) / 1_000);
    return spent <= most ? [] : [`${spent} retries, hedges and further attempts, at most ${most} are paid for`];
  }

  #wrongWith(call: Call): string[] {
    const { rig } = this;
    const { outcome } = call;
    if (outcome === undefined) return [`call ${call.number} has no outcome`];
    const seen = rig.brokers.flatMap(({ requests }) => requests.filter((request) => request.call === call.number));
    const starts = seen.filter((request) => !this.refused.has(request)).length;
    const hedges = rig.brokers.flatMap(({ hedged }) => hedged.filter((number) => number === call.number)).length;
    const hedgesMax = call.hedgeAfterMs === undefined ? 0 : seen.length;
    const said = outcome.ok ? 'ok' : outcome.failure.executed;
    const isLate = rig.settledAt.get(call)! > call.deadline + 2 * TICK_MS;
    return [
      ...(isLate ? [`call ${call.number} settled at ${rig.settledAt.get(call)}, due at ${call.deadline}`] : []),
      ...(!call.route.idempotent && starts > 1 ? [`at-most-once call ${call.number} started ${starts} times`] : []),
      ...(starts > CLIENT_DEFAULTS.attempts ? [`call ${call.number} was given out ${starts} times`] : []),
      ...(hedges > hedgesMax ? [`call ${call.number} was hedged ${hedges} times, sent ${seen.length} times`] : []),
      ...(said === 'ok' && starts === 0 ? [`call ${call.number} was answered by nobody`] : []),
      ...(said === 'no' && starts > 0 ? [`call ${call.number} says not executed, but may have been`] : []),
    ];
  }

  #answer(who: number, amount: number, how: (request: SeenRequest) => void): void {
    const open = this.rig.brokers[who]!.requests.filter((request) => !this.answered.has(request));
    const request = open[amount % Math.max(1, open.length)];
    if (request === undefined) return;
    this.answered.add(request);
    how(request);
  }

  #fail(who: number, request: SeenRequest, verdict: Verdict): void {
    if (verdict.executed === 'no') this.refused.add(request);
    this.rig.brokers[who]!.fail(request, verdict);
  }
}

const KINDS = [
  ...(['safe', 'safe', 'once', 'once', 'keyed', 'run', 'run', 'run', 'wait', 'wait', 'reply', 'reply'] as const),
  ...(['fail', 'fail', 'cancel', 'cut', 'kill', 'revive', 'revive', 'restart', 'goaway', 'bye', 'noise'] as const),
  'transport' as const,
];

const step = fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 255 }));

type Step = [(typeof KINDS)[number], number, number];

const VERDICT_LIST: readonly Verdict[] = [
  ...[VERDICTS.noWorker, VERDICTS.queueFull, VERDICTS.draining, VERDICTS.handlerError, VERDICTS.workerLost],
  ...[VERDICTS.unknownMethod, VERDICTS.expiredInQueue],
];
const TICK_MS = 4;
/** Where the clock of a rig begins. */
const STARTED_AT = 1_000;
