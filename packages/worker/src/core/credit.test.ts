import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CreditShare } from './credit.ts';
import { CreditPool } from './credit.ts';

describe('whatever happens', () => {
  test('the live shares stay within the total, and every connected broker has at least one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), steps, (total, brokers, script) => {
        const model = new Model(total, brokers);
        for (const step of script) {
          model.take(step);
          model.check();
        }
      }),
      { numRuns: 500 },
    );
  });

  test('every slot is granted again once the work is done and every broker has calls waiting', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.integer({ min: 1, max: 5 }), steps, (total, brokers, script) => {
        const model = new Model(total, brokers);
        for (const step of script) model.take(step);
        model.quiesce();
        for (const share of model.pool.shares) model.pool.demand(share, 1_000);
        const sum = model.pool.shares.reduce((all, share) => all + share.outstanding, 0);
        expect(sum).toBe(model.pool.total);
      }),
      { numRuns: 300 },
    );
  });
});

describe('where brokers come and go', () => {
  test('nothing is granted beyond the total, and a connected broker has none only while every slot is taken', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        changes,
        (total, brokers, script) => {
          const model = new Model(total, brokers, true);
          for (const step of script) {
            const before = model.used;
            model.take(step);
            assert(model.used <= Math.max(model.pool.total, before));
            for (const share of model.pool.shares) {
              if (share.isOpen && share.size === 0) assert(model.used >= model.pool.total);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('every slot but the one set aside is granted again once all is done and every broker has calls waiting', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        changes,
        (total, brokers, script) => {
          const model = new Model(total, brokers, true);
          for (const step of script) model.take(step);
          model.quiesce();
          const { pool } = model;
          for (const share of pool.shares) pool.demand(share, 1_000);
          const connected = pool.shares.length;
          expect(model.used).toBe(connected === 0 ? 0 : Math.max(pool.total - 1, connected));
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('an only broker gets everything, and everything back', () => {
  const pool = new CreditPool(20, 1);
  const [only] = pool.shares;
  pool.open(only!);
  expect(only!.granted).toBe(20);
  for (let i = 0; i < 20; i++) expect(pool.receive(only!)).toBe(true);
  expect(pool.receive(only!)).toBe(false);
  for (let i = 0; i < 20; i++) pool.release(only!);
  expect(only!.outstanding).toBe(20);
});

test('more brokers than slots get one each', () => {
  const pool = new CreditPool(2, 5);
  for (const share of pool.shares) pool.open(share);
  expect(pool.shares.map((share) => share.granted)).toEqual([1, 1, 1, 1, 1]);
});

test('the broker with the least credit is served first', () => {
  const pool = new CreditPool(40, 2);
  const [a, b] = pool.shares;
  pool.open(a!);
  pool.open(b!);
  for (let i = 0; i < 10; i++) pool.receive(b!);
  pool.demand(a!, 0);
  pool.demand(b!, 4);
  expect([a!.outstanding, b!.outstanding]).toEqual([10, 4]);
});

test('a broker that says nothing waits any more gives its surplus back to the reserve', () => {
  const pool = new CreditPool(40, 2);
  const [a, b] = pool.shares;
  pool.open(a!);
  pool.open(b!);
  pool.demand(a!, 100);
  expect(a!.granted).toBe(30);
  for (let i = 0; i < 30; i++) pool.receive(a!);
  pool.demand(a!, 0);
  for (let i = 0; i < 30; i++) pool.release(a!);
  expect(a!.outstanding).toBe(10);
  pool.demand(b!, 100);
  expect(b!.outstanding).toBe(30);
});

test('a broker whose demand goes on gets more for each call that it sends', () => {
  const pool = new CreditPool(40, 2);
  const [a, b] = pool.shares;
  pool.open(a!);
  pool.open(b!);
  pool.demand(a!, 1);
  expect(a!.granted).toBe(11);
  while (a!.outstanding > 0) pool.receive(a!);
  expect(a!.granted).toBe(30);
  pool.receive(b!);
  pool.release(b!);
  expect([a!.granted, b!.granted]).toEqual([31, 10]);
});

test('nothing is granted once it is stopped', () => {
  const pool = new CreditPool(8, 1);
  const [only] = pool.shares;
  pool.open(only!);
  pool.receive(only!);
  pool.stop();
  pool.release(only!);
  pool.demand(only!, 5);
  expect(only!.granted).toBe(8);
  expect(only!.isDirty).toBe(false);
});

/** Does to a pool what a worker does, and only what a worker can do. */
class Model {
  readonly pool: CreditPool;
  readonly #concurrency: number;
  #running = 0;

  constructor(total: number, brokers: number, mayChange: boolean = false) {
    this.pool = new CreditPool(total, brokers, mayChange);
    this.#concurrency = Math.max(1, total >> 1);
  }

  /** Slots in the hands of brokers. */
  get used(): number {
    return this.pool.shares.reduce((all, share) => all + share.size, 0);
  }

  take([what, which, amount]: Step): void {
    if (what === 'add' && this.pool.shares.length < 6) this.pool.add();
    if (this.pool.shares.length === 0) return;
    const share = this.pool.shares[which % this.pool.shares.length]!;
    if (what === 'open' && !share.isOpen && share.held === 0) this.pool.open(share);
    if (what === 'lose' || what === 'remove') this.#lose(share);
    if (what === 'remove') this.pool.remove(share);
    if (what === 'leave' && share.isOpen) this.pool.leave(share);
    if (what === 'demand') this.pool.demand(share, amount);
    if (what === 'dispatch') for (let i = 0; i < amount; i++) this.#dispatch(share);
    if (what === 'release') for (let i = 0; i < amount && share.held > 0; i++) this.#release(share);
    if (what === 'orphan' && this.pool.orphans > 0) this.#releaseOrphan();
  }

  check(): void {
    let sum = 0;
    for (const share of this.pool.shares) {
      assert(share.outstanding >= 0);
      if (share.isOpen) assert(share.size >= 1);
      sum += share.size;
    }
    assert(sum <= this.pool.total);
    assert(this.pool.orphans <= this.#concurrency);
  }

  /** Ends all work and connects everybody. */
  quiesce(): void {
    for (const share of this.pool.shares) {
      this.#lose(share);
      this.pool.open(share);
    }
    while (this.pool.orphans > 0) this.#releaseOrphan();
  }

  #dispatch(share: CreditShare): void {
    const hadCredit = share.outstanding > 0;
    assert.equal(this.pool.receive(share), hadCredit && share.isOpen);
    if (hadCredit && this.#running < this.#concurrency) this.#running += 1;
  }

  #release(share: CreditShare): void {
    this.pool.release(share);
    this.#settle();
  }

  #lose(share: CreditShare): void {
    // Of what it holds at most `concurrency` are at work, over all brokers and together with the orphans.
    const atWork = Math.min(share.held, this.#concurrency - this.pool.orphans);
    this.pool.close(share, atWork);
    this.#settle();
  }

  #releaseOrphan(): void {
    this.pool.releaseOrphan();
    this.#settle();
  }

  #settle(): void {
    const held = this.pool.shares.reduce((all, share) => all + share.held, this.pool.orphans);
    this.#running = Math.min(held, this.#concurrency);
  }
}

type Step = [what: string, which: number, amount: number];

const KINDS = ['open', 'open', 'lose', 'leave', 'demand', 'dispatch', 'dispatch', 'release', 'release', 'orphan'];
const steps = scripts(KINDS);
const changes = scripts([...KINDS, 'add', 'open', 'remove']);

function scripts(kinds: readonly string[]): fc.Arbitrary<Step[]> {
  return fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(4), fc.nat(30)), { maxLength: 60 });
}
