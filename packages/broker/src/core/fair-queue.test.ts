import { RingNode } from '@reeve/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FairCall } from './fair-queue.ts';
import { FairQueue, costOf } from './fair-queue.ts';

class TestCall implements FairCall<string, TestCall> {
  readonly place = new RingNode<TestCall>(this);
  readonly client: string;
  readonly arrival: number;
  readonly priority: number;
  readonly queuedBytes: number;

  constructor(client: string, arrival: number, priority: number = 1, queuedBytes: number = 10) {
    this.client = client;
    this.arrival = arrival;
    this.priority = priority;
    this.queuedBytes = queuedBytes;
  }
}

type Queue = FairQueue<string, TestCall>;

function newQueue(...calls: TestCall[]): Queue {
  const queue: Queue = new FairQueue<string, TestCall>();
  for (const call of calls) queue.add(call);
  return queue;
}

/** Takes `count` calls and says which, as client and arrival. */
function takeAll(queue: Queue, count: number = queue.size): string[] {
  return Array.from({ length: count }, () => {
    const { first } = queue;
    const taken = queue.take()!;
    expect(taken).toBe(first);
    return `${taken.client}${taken.arrival}`;
  });
}

const UNIT = 65_536;

describe('between clients', () => {
  test('a client with many calls does not hold up one with few', () => {
    const many = [1, 2, 3, 4, 5].map((arrival) => new TestCall('a', arrival));
    const queue = newQueue(...many, new TestCall('b', 6), new TestCall('c', 7), new TestCall('b', 8));
    expect([queue.size, queue.clients, queue.sizeOf('a'), queue.sizeOf('z')]).toEqual([8, 3, 5, 0]);
    expect(takeAll(queue)).toEqual(['a1', 'b6', 'c7', 'a2', 'b8', 'a3', 'a4', 'a5']);
    expect([queue.size, queue.clients, queue.first, queue.take()]).toEqual([0, 0, undefined, undefined]);
  });

  test('a large call takes as many turns as it has units', () => {
    const large = [1, 2].map((arrival) => new TestCall('a', arrival, 1, 3 * UNIT));
    const small = [3, 4, 5, 6, 7, 8, 9].map((arrival) => new TestCall('b', arrival));
    expect(takeAll(newQueue(...large, ...small))).toEqual(['a1', 'b3', 'b4', 'b5', 'b6', 'a2', 'b7', 'b8', 'b9']);
  });

  test('priority passes nobody else', () => {
    const queue = newQueue(new TestCall('a', 1, 3), new TestCall('b', 2, 0), new TestCall('b', 3, 0));
    expect(takeAll(queue)).toEqual(['a1', 'b2', 'b3']);
  });

  test('a call that is removed is not charged', () => {
    const [gone, next] = [new TestCall('a', 1), new TestCall('a', 2)];
    const queue = newQueue(gone, next, new TestCall('b', 3));
    queue.remove(gone);
    expect(takeAll(queue)).toEqual(['a2', 'b3']);
  });

  test('a client whose large calls come one at a time is served no sooner than if they all waited', () => {
    const queue = newQueue(...Array.from({ length: 60 }, (_, i) => new TestCall('b', 100 + i)));
    const between: number[] = [];
    for (let round = 0; round < 5; round++) {
      queue.add(new TestCall('a', round, 1, 9 * UNIT));
      let waited = 0;
      while (queue.first!.client === 'b') {
        queue.take();
        waited += 1;
      }
      queue.take();
      between.push(waited);
    }
    expect(between).toEqual([10, 10, 10, 10, 10]);
  });

  test('a more urgent large call does not get the turn of the small one it passes', () => {
    const queue = newQueue(new TestCall('a', 1), new TestCall('b', 2), new TestCall('b', 3), new TestCall('b', 4));
    queue.add(new TestCall('a', 5, 0, 2 * UNIT));
    expect(takeAll(queue)).toEqual(['b2', 'b3', 'a5', 'b4', 'a1']);
  });
});

describe('within a client', () => {
  test('urgent calls come first, then older ones', () => {
    const queue = newQueue(...[3, 1, 0, 1, 2, 0].map((priority, i) => new TestCall('a', i, priority)));
    expect([...queue].map((call) => call.arrival)).toEqual([2, 5, 1, 3, 4, 0]);
    expect(takeAll(queue)).toEqual(['a2', 'a5', 'a1', 'a3', 'a4', 'a0']);
  });

  test('calls that come back stand where they stood', () => {
    const calls = [1, 2, 3, 4, 5].map((arrival) => new TestCall('a', arrival));
    const queue = newQueue(...calls);
    for (const _ of [1, 2, 3]) queue.take();
    for (const which of [1, 0, 2]) queue.add(calls[which]!);
    expect(takeAll(queue)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });
});

const aCall = fc.record({
  client: fc.constantFrom('a', 'b', 'c', 'd'),
  priority: fc.nat(3),
  queuedBytes: fc.oneof(fc.nat(1_000), fc.nat(16 * UNIT)),
});

test('under saturation no client is ahead of another by more than a turn and its largest call', () => {
  const mixes = fc.array(fc.array(fc.tuple(fc.nat(16 * UNIT), fc.nat(3)), { minLength: 1, maxLength: 5 }), {
    minLength: 2,
    maxLength: 6,
  });
  const property = fc.property(mixes, fc.integer({ min: 1, max: 400 }), (clients, count) => {
    // All begin to wait behind the same call: a client that is alone may have its large call at once.
    const queue = newQueue(new TestCall('before', 0));
    let arrival = 0;
    const sent = clients.map(() => 0);
    // Each client has one call at least waiting all the time, and sends its mix over and over.
    const send = (who: number): void => {
      const mix = clients[who]!;
      const [bytes, priority] = mix[sent[who]! % mix.length]!;
      sent[who]! += 1;
      queue.add(new TestCall(String(who), (arrival += 1), priority, bytes));
    };
    for (let who = 0; who < clients.length; who++) for (const _ of [1, 2, 3]) send(who);
    queue.take();
    const served = clients.map(() => 0);
    const largest = 17;
    for (let i = 0; i < count; i++) {
      const call = queue.take()!;
      served[Number(call.client)]! += costOf(call);
      send(Number(call.client));
      expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(1 + largest);
    }
  });
  fc.assert(property, { numRuns: 100 });
});

test('it agrees with a model that sorts and counts', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), call: aCall }),
    fc.record({ kind: fc.constantFrom('take' as const, 'remove' as const, 'back' as const), which: fc.nat(1_000) }),
  );
  const property = fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
    const [queue, model] = [newQueue(), new Model()];
    const taken: TestCall[] = [];
    let isAgreed = true;
    steps.forEach((it, arrival) => {
      if (it.kind === 'add') {
        const call = new TestCall(it.call.client, arrival, it.call.priority, it.call.queuedBytes);
        queue.add(call);
        model.add(call);
      } else if (it.kind === 'take') {
        const call = queue.take();
        isAgreed &&= call === model.take();
        if (call !== undefined) taken.push(call);
      } else if (it.kind === 'remove' && model.calls.length > 0) {
        const call = model.calls[it.which % model.calls.length]!;
        queue.remove(call);
        model.remove(call);
      } else if (it.kind === 'back' && taken.length > 0) {
        const [call] = taken.splice(it.which % taken.length, 1) as [TestCall];
        queue.add(call);
        model.add(call);
      }
      expect(isAgreed).toBe(true);
      expect([queue.size, queue.clients]).toEqual([model.calls.length, model.circle.length]);
      expect(queue.first).toBe(model.first);
      expect(queue.sizeOf('a')).toBe(model.calls.filter((call) => call.client === 'a').length);
      expect(new Set(queue)).toEqual(new Set(model.calls));
    });
  });
  fc.assert(property);
});

/** The same rules, written down without thought for speed. */
class Model {
  calls: TestCall[] = [];
  circle: { client: string; credit: number }[] = [];

  get first(): TestCall | undefined {
    return this.circle.length === 0 ? undefined : this.#nextOf(this.circle[0]!.client);
  }

  add(call: TestCall): void {
    if (!this.circle.some((c) => c.client === call.client)) this.circle.push({ client: call.client, credit: 1 });
    this.calls.push(call);
    this.#turn();
  }

  remove(call: TestCall): void {
    this.calls = this.calls.filter((c) => c !== call);
    this.circle = this.circle.filter((c) => this.calls.some(({ client }) => client === c.client));
    this.#turn();
  }

  take(): TestCall | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.circle[0]!.credit -= 1 + Math.floor(first.queuedBytes / UNIT);
    this.remove(first);
    return first;
  }

  #nextOf(client: string): TestCall {
    const own = this.calls.filter((call) => call.client === client);
    return own.sort((a, b) => a.priority - b.priority || a.arrival - b.arrival)[0]!;
  }

  #turn(): void {
    while (this.circle.length > 0) {
      const { client, credit } = this.circle[0]!;
      if (credit >= 1 + Math.floor(this.#nextOf(client).queuedBytes / UNIT)) return;
      this.circle = [...this.circle.slice(1), { client, credit: credit + 1 }];
    }
  }
}
