import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { keyPathProblem } from './key-path.ts';

const input = z.object({
  id: z.string(),
  uuid: z.uuid(),
  count: z.int(),
  legacy: z.number().int(),
  big: z.bigint(),
  size: z.number(),
  flag: z.boolean(),
  tags: z.array(z.string()),
  maybe: z.string().optional(),
  none: z.string().nullable(),
  filled: z.string().default('x'),
  frozen: z.string().brand('Id').readonly(),
  parsed: z.codec(z.string(), z.date(), { decode: (text) => new Date(text), encode: (date) => date.toISOString() }),
  either: z.union([z.string(), z.int()]),
  customer: z.object({ id: z.string(), home: z.object({ zip: z.string() }).optional() }),
  get self() {
    return z.object({ id: z.string() });
  },
});

describe('a key', () => {
  test.each(['id', 'uuid', 'count', 'legacy', 'big', 'frozen', 'parsed', 'either', 'customer.id', 'self.id'])(
    'may be %s',
    (path) => {
      expect(keyPathProblem(input, path)).toBeUndefined();
    },
  );

  test.each([
    ['size', 'is no string and no integer'],
    ['flag', 'is no string and no integer'],
    ['tags', 'is no string and no integer'],
    ['customer', 'is no string and no integer'],
    ['maybe', '"maybe" may be absent'],
    ['none', '"none" may be absent'],
    ['filled', '"filled" may be absent'],
    ['customer.home.zip', '"customer.home" may be absent'],
    ['orderID', 'the input has no such field'],
    ['customer.name', '"customer" has no such field'],
    ['id.length', '"id" has no such field'],
    ['toString', 'the input has no such field'],
    ['', 'the input has no such field'],
  ])('may not be %j', (path, problem) => {
    expect(keyPathProblem(input, path)?.problem).toContain(problem);
  });

  test('that does not exist is answered with those that do', () => {
    expect(keyPathProblem(input, 'customer.name')?.hint).toBe('It has "id", "home".');
    expect(keyPathProblem(z.void(), 'id')?.hint).toBe('A key is a path into an object.');
  });
});
