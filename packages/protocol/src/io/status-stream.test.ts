import { expect, test } from 'vitest';
import { StatusStream } from './status-stream.ts';

test('every reader gets all that happens after it asked', async () => {
  const stream = new StatusStream<number>();
  stream.push(1);
  const [a, b] = [stream.read(), stream.read()];
  const early = a.next();
  stream.push(2);
  stream.push(3);
  expect((await early).value).toBe(2);
  expect((await b.next()).value).toBe(2);
  expect((await a.next()).value).toBe(3);
  stream.end();
  expect(await a.next()).toEqual({ done: true, value: undefined });
  // What had come before the end is still read.
  expect((await b.next()).value).toBe(3);
  expect((await b.next()).done).toBe(true);
});

test('a reader that leaves, or comes late, is done', async () => {
  const stream = new StatusStream<number>();
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of stream.read()) {
      seen.push(item);
      if (item === 2) break;
    }
  })();
  for (const item of [1, 2, 3]) stream.push(item);
  await reading;
  expect(seen).toEqual([1, 2]);
  const waiting = stream.read().next();
  stream.end();
  expect((await waiting).done).toBe(true);
  expect((await stream.read().next()).done).toBe(true);
});

test('a reader that does not read loses the oldest', async () => {
  const stream = new StatusStream<number>();
  const reader = stream.read();
  for (let i = 0; i < 300; i++) stream.push(i);
  expect((await reader.next()).value).toBe(44);
});
