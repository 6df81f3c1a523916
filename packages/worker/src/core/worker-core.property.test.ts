import assert from 'node:assert/strict';
import { VERDICTS } from '@reeve/protocol';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Dispatch } from './dispatch.ts';
import { Rig } from './scripted-broker.test-kit.ts';

/**
 * Random lives of a worker with two brokers. After every step: no more handlers than `concurrency`, no broker was
 * allowed more than there is room for, and no call of a live session was answered twice. At the end each one of the
 * live sessions was answered.
 */
test('a worker keeps its word whatever happens', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      steps,
      (concurrency, prefetch, script) => {
        const life = new Life(concurrency, prefetch);
        for (const step of script) {
          life.take(step);
          life.check();
        }
        life.finish();
      },
    ),
    { numRuns: 300 },
  );
});

class Life {
  readonly #rig: Rig;
  readonly #concurrency: number;
  readonly #total: number;
  readonly #atWork: Dispatch[] = [];
  #seen = 0;

  constructor(concurrency: number, prefetch: number) {
    this.#concurrency = concurrency;
    this.#total = concurrency + prefetch;
    this.#rig = new Rig({ brokerCount: 2, concurrency, prefetch, methodLimits: [undefined, 1] }).open();
  }

  take([what, which, amount]: [string, number, number]): void {
    const rig = this.#rig;
    const broker = rig.brokers[which % 2]!;
    const isLive = broker.channel !== undefined;
    if (what === 'dispatch' && isLive && broker.sent < broker.granted) {
      broker.dispatch({ method: amount % 2, remainingMs: amount * 20 });
    }
    if (what === 'cancel' && isLive) broker.cancel(1 + (amount % Math.max(1, broker.sent)));
    if (what === 'demand' && isLive) broker.demand(amount);
    if (what === 'cut') rig.cut(broker);
    if (what === 'pass') rig.pass(amount * 4);
    if (what === 'complete') this.#end(amount, (dispatch) => rig.complete(dispatch));
    if (what === 'fail') this.#end(amount, (dispatch) => rig.core.fail(rig.now, dispatch, FAILED));
    // Nothing is on its way between two steps, so that a cut loses nothing that was answered.
    rig.settle();
    this.#atWork.push(...rig.started.slice(this.#seen));
    this.#seen = rig.started.length;
  }

  check(): void {
    const { core, brokers } = this.#rig;
    assert.equal(core.running, this.#atWork.length);
    assert(core.running <= this.#concurrency);
    assert(this.#atWork.filter((dispatch) => dispatch.method === 1).length <= 1);
    let room = 0;
    for (const [index, broker] of brokers.entries()) {
      const { held, share } = core.links[index]!;
      if (broker.channel === undefined) continue;
      assert.equal(share.granted, broker.granted);
      assert.equal(share.held, held.length);
      room += broker.granted - broker.sent + held.length;
    }
    assert(room <= this.#total);
  }

  finish(): void {
    while (this.#atWork.length > 0) this.take(['complete', 0, 0]);
    const { core, brokers } = this.#rig;
    assert.deepEqual([core.running, core.waiting], [0, 0]);
    for (const [index, broker] of brokers.entries()) {
      assert.deepEqual(core.links[index]!.held, []);
      const ids = broker.heard.flatMap((heard) => ('id' in heard ? [heard.id] : []));
      assert.equal(new Set(ids).size, ids.length);
    }
    const { dispatches, replies, failures, rejects, expired, dropped } = core.counters;
    const forgotten = dispatches - replies - failures - rejects - expired - dropped;
    assert(forgotten >= 0);
    if (!this.#wasCut()) assert.equal(forgotten, 0);
  }

  #wasCut(): boolean {
    return this.#rig.status().includes('disconnected');
  }

  #end(which: number, how: (dispatch: Dispatch) => void): void {
    const [dispatch] = this.#atWork.splice(which % Math.max(1, this.#atWork.length), 1);
    if (dispatch !== undefined) how(dispatch);
  }
}

const FAILED = { verdict: VERDICTS.handlerError, detail: {} };
const KINDS = ['dispatch', 'dispatch', 'dispatch', 'cancel', 'demand', 'complete', 'complete', 'fail', 'pass', 'cut'];
const steps = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.nat(1), fc.nat(20)), { maxLength: 80 });
