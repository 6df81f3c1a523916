import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

test('a queue does what an array does', () => {
  const action = fc.oneof(fc.integer({ min: 1, max: 1_500 }), fc.integer({ min: -1_500, max: -1 }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const [queue, model] = [new Fifo<number>(), [] as number[]];
      let next = 0;
      let isSame = true;
      for (const count of actions) {
        for (let i = 0; i < count; i++) {
          queue.push(next);
          model.push(next);
          next += 1;
        }
        for (let i = 0; i < -count; i++) {
          isSame &&= queue.peek() === model[0] && queue.shift() === model.shift();
        }
        expect([isSame, queue.size]).toEqual([true, model.length]);
      }
    }),
    { numRuns: 50 },
  );
});

test('an empty queue has nothing to give', () => {
  const queue = new Fifo<string>();
  queue.push('a');
  expect([queue.shift(), queue.shift(), queue.peek(), queue.size]).toEqual(['a', undefined, undefined, 0]);
});
