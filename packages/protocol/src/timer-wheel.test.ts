import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerNode, TimerWheel } from './timer-wheel.ts';

const TICK_MS = 4;
const byNumber = (a: number, b: number): number => a - b;

/** An entry that remembers when it fired. */
class Entry {
  readonly node: TimerNode<Entry> = new TimerNode<Entry>(this);
  readonly id: number;
  fired: number[] = [];

  constructor(id: number) {
    this.id = id;
  }
}

describe('an entry', () => {
  test('fires once, within a tick after its instant and never before', () => {
    const wheel = new TimerWheel<Entry>();
    const entry = new Entry(0);
    wheel.set(entry.node, 10);
    for (let now = 0; now < 30; now++) wheel.advance(now, (e) => e.fired.push(now));
    expect(entry.fired).toEqual([12]);
  });

  test('that is set again fires at the new instant only', () => {
    const wheel = new TimerWheel<Entry>();
    const entry = new Entry(0);
    for (const at of [10, 100, 50]) wheel.set(entry.node, at);
    expect(wheel.size).toBe(1);
    for (let now = 0; now < 200; now += 2) wheel.advance(now, (e) => e.fired.push(now));
    expect(entry.fired).toEqual([52]);
  });

  test('of the past fires at the next tick', () => {
    const wheel = new TimerWheel<Entry>();
    wheel.advance(1_000, () => undefined);
    const entry = new Entry(0);
    wheel.set(entry.node, -5);
    wheel.advance(1_003, (e) => e.fired.push(1_003));
    wheel.advance(1_004, (e) => e.fired.push(1_004));
    expect(entry.fired).toEqual([1_004]);
  });

  test('that is not set may be cleared', () => {
    const wheel = new TimerWheel<Entry>();
    wheel.clear(new Entry(0).node);
    expect([wheel.size, wheel.next()]).toEqual([0, undefined]);
  });
});

describe('while entries fire', () => {
  test('one that is cleared by another does not fire, also of the same tick', () => {
    const wheel = new TimerWheel<Entry>();
    const [first, second, third] = [new Entry(0), new Entry(1), new Entry(2)];
    for (const entry of [first, second, third]) wheel.set(entry.node, 8);
    wheel.advance(8, (entry) => {
      entry.fired.push(8);
      if (entry === first) wheel.clear(second.node);
    });
    expect([first, second, third].map((e) => e.fired.length)).toEqual([1, 0, 1]);
    expect([wheel.size, wheel.next()]).toEqual([0, undefined]);
  });

  test('one may be moved by another of the same tick', () => {
    const wheel = new TimerWheel<Entry>();
    const [first, second] = [new Entry(0), new Entry(1)];
    for (const entry of [first, second]) wheel.set(entry.node, 8);
    const fire = (now: number): void =>
      wheel.advance(now, (entry) => {
        entry.fired.push(now);
        if (entry === first) wheel.set(second.node, 40);
      });
    for (const now of [8, 39, 40]) fire(now);
    expect(second.fired).toEqual([40]);
  });

  test('one that sets itself for now again cannot keep the wheel busy', () => {
    const wheel = new TimerWheel<Entry>();
    const entry = new Entry(0);
    wheel.set(entry.node, 0);
    wheel.advance(400, (e) => {
      e.fired.push(0);
      wheel.set(e.node, 0);
    });
    expect(entry.fired.length).toBeLessThanOrEqual(400 / TICK_MS);
    expect(wheel.size).toBe(1);
  });

  test('the last one may set others', () => {
    const wheel = new TimerWheel<Entry>();
    const [first, second] = [new Entry(0), new Entry(1)];
    wheel.set(first.node, 4);
    wheel.advance(4, () => wheel.set(second.node, 5_000));
    expect(wheel.next()).toBe(5_000);
  });
});

test('next() is never late, and after a quiet turn exact', () => {
  const wheel = new TimerWheel<Entry>();
  const [near, far] = [new Entry(0), new Entry(1)];
  wheel.set(far.node, 100_000);
  wheel.set(near.node, 40);
  wheel.clear(near.node);
  expect(wheel.next()).toBeLessThanOrEqual(100_000);
  wheel.advance(40, () => undefined);
  expect(wheel.next()).toBe(100_000);
});

type Step =
  | { readonly kind: 'set'; readonly id: number; readonly inMs: number }
  | { readonly kind: 'clear'; readonly id: number }
  | { readonly kind: 'advance'; readonly ms: number };

/** What an entry does to the others when it fires. */
type Reaction = { readonly kind: 'set' | 'clear'; readonly id: number; readonly inMs: number } | undefined;

/** A list that is searched from end to end. */
class Model {
  readonly due = new Map<number, number>();
  tick = 0;

  set(id: number, at: number): void {
    this.due.set(id, Math.max(Math.ceil(at / TICK_MS), this.tick + 1));
  }

  /** Fires what is due, tick by tick. Entries of one tick fire in any order. */
  advance(now: number, fire: (id: number) => void): void {
    const target = Math.floor(now / TICK_MS);
    for (;;) {
      const next = Math.min(...this.due.values());
      if (next > target) break;
      this.tick = next;
      const batch = new Set([...this.due].filter(([, tick]) => tick === next).map(([id]) => id));
      for (const id of batch) {
        if (this.due.get(id) !== next) continue;
        this.due.delete(id);
        fire(id);
      }
    }
    this.tick = Math.max(this.tick, target);
  }
}

describe('the wheel does what a sorted list does', () => {
  const ids = fc.nat(11);
  const delay = fc.oneof(
    fc.integer({ min: -20, max: 100 }),
    fc.double({ min: 0, max: 50, noNaN: true }),
    fc.integer({ min: 3_900, max: 4_300 }),
    fc.integer({ min: 0, max: 100_000 }),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), id: ids, inMs: delay }) },
    fc.record({ kind: fc.constant('clear' as const), id: ids }),
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: delay }) },
  );
  const reaction: fc.Arbitrary<Reaction> = fc.option(
    fc.record({ kind: fc.constantFrom('set' as const, 'clear' as const), id: ids, inMs: delay }),
    { nil: undefined },
  );

  test('for any steps', () => {
    const property = fc.property(fc.array(step, { maxLength: 60 }), fc.nat(2 ** 40), (steps, startAt) => {
      const [wheel, model] = [new TimerWheel<Entry>(), new Model()];
      const entries = Array.from({ length: 12 }, (_, id) => new Entry(id));
      let now = startAt;
      wheel.advance(now, () => undefined);
      model.advance(now, () => undefined);
      for (const one of steps) {
        const fired = { wheel: [] as number[], model: [] as number[] };
        if (one.kind === 'set') {
          wheel.set(entries[one.id]!.node, now + one.inMs);
          model.set(one.id, now + one.inMs);
        } else if (one.kind === 'clear') {
          wheel.clear(entries[one.id]!.node);
          model.due.delete(one.id);
        } else {
          now += Math.max(0, one.ms);
          wheel.advance(now, (e) => fired.wheel.push(e.id));
          model.advance(now, (id) => fired.model.push(id));
        }
        expect(fired.wheel.toSorted(byNumber)).toEqual(fired.model.toSorted(byNumber));
        expect(wheel.size).toBe(model.due.size);
        const earliest = Math.min(...model.due.values()) * TICK_MS;
        expect(wheel.next() ?? Infinity).toBeLessThanOrEqual(earliest);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('also where what fires sets and clears others', () => {
    const property = fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(reaction, { minLength: 12, maxLength: 12 }),
      (steps, reactions) => {
        const wheel = new TimerWheel<Entry>();
        const entries = Array.from({ length: 12 }, (_, id) => new Entry(id));
        const dueAt = new Map<number, number>();
        let now = 0;
        let left = 2_000;
        let isEarly = false;
        const set = (id: number, at: number): void => {
          dueAt.set(id, at);
          wheel.set(entries[id]!.node, at);
        };
        const clear = (id: number): void => {
          dueAt.delete(id);
          wheel.clear(entries[id]!.node);
        };
        const fire = (entry: Entry): void => {
          // It was set, and its time has come. Only so many firings have a reaction, so that it ends.
          isEarly ||= !((dueAt.get(entry.id) ?? Infinity) <= now);
          dueAt.delete(entry.id);
          const next = (left -= 1) > 0 ? reactions[entry.id] : undefined;
          if (next?.kind === 'set') set(next.id, now + next.inMs);
          else if (next?.kind === 'clear') clear(next.id);
        };
        for (const one of steps) {
          if (one.kind === 'set') set(one.id, now + one.inMs);
          else if (one.kind === 'clear') clear(one.id);
          else {
            now += Math.max(0, one.ms);
            wheel.advance(now, fire);
          }
          // Nothing is left that was due a tick ago, and was not set for the past just now.
          expect([...dueAt.values()].filter((at) => at < now - TICK_MS - 20)).toEqual([]);
          expect([isEarly, wheel.size]).toEqual([false, dueAt.size]);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

test('a jump of weeks costs what is in the wheel, not what the clock passed', () => {
  const wheel = new TimerWheel<Entry>();
  const entries = Array.from({ length: 100 }, (_, id) => new Entry(id));
  for (const { node, id } of entries) wheel.set(node, id * 40_000_000);
  let fired = 0;
  // Tick by tick this would take hours.
  wheel.advance(1e15, () => (fired += 1));
  expect(fired).toBe(100);
});
