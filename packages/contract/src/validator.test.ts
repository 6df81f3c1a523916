import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { validator } from './validator.ts';

describe('a synchronous schema', () => {
  const parse = validator(z.object({ id: z.string().trim(), n: z.int().default(7) }));

  test('answers at once with the parsed value', () => {
    expect(parse({ id: ' a ' })).toEqual({ ok: true, value: { id: 'a', n: 7 } });
  });

  test('names what is wrong and where, never the value', () => {
    const answer = parse({ id: 5, n: 'hunter2' });
    expect(answer).toEqual({
      ok: false,
      issues: [
        { path: 'id', message: 'Invalid input: expected string, received number' },
        { path: 'n', message: 'Invalid input: expected number, received string' },
      ],
    });
  });

  test('with transforms and codecs still answers at once', () => {
    const toDate = z.codec(z.string(), z.date(), { decode: (text) => new Date(text), encode: (date) => date.toJSON() });
    const transforming = validator(z.tuple([z.string().transform(Number), toDate, z.string().refine((s) => s !== '')]));
    expect(transforming(['7', '1970-01-01', 'x'])).toEqual({ ok: true, value: [7, new Date(0), 'x'] });
  });

  test('passes on what its own code throws', () => {
    const broken = validator(
      z.string().refine(() => {
        throw new Error('bug in the refinement');
      }),
    );
    expect(() => broken('x')).toThrow('bug in the refinement');
  });
});

describe('an asynchronous schema', () => {
  const schema = z.object({ id: z.string().refine((id) => Promise.resolve(id !== 'taken'), 'taken') });

  test('answers with a promise, the first time too', async () => {
    const parse = validator(schema);
    await expect(parse({ id: 'free' })).resolves.toEqual({ ok: true, value: { id: 'free' } });
    const answer = parse({ id: 'taken' });
    expect(answer).toBeInstanceOf(Promise);
    await expect(answer).resolves.toEqual({ ok: false, issues: [{ path: 'id', message: 'taken' }] });
  });

  test('is called once for a value that fits', async () => {
    let calls = 0;
    const parse = validator(z.string().refine(() => Promise.resolve(++calls > 0)));
    await parse('x');
    expect(calls).toBe(1);
  });

  test('passes on what its own code throws, and leaves no promise behind', async () => {
    const fail = (): Promise<boolean> => Promise.reject(new Error('no database'));
    await expect(validator(z.string().refine(fail))('x')).rejects.toThrow('no database');
    await expect(validator(z.object({ id: z.string().transform(async () => fail()) }))({ id: '' })).rejects.toThrow(
      'no database',
    );
  });

  test('is found out even if its transform is a plain function', async () => {
    const parse = validator(z.string().transform((text) => Promise.resolve(text.length)));
    await expect(parse('abc')).resolves.toEqual({ ok: true, value: 3 });
    await expect(parse('abcd')).resolves.toEqual({ ok: true, value: 4 });
  });

  test('names up to five issues too', async () => {
    const isFine = (): Promise<boolean> => Promise.resolve(false);
    const parse = validator(z.object({ a: z.int().refine(isFine), b: z.int().refine(isFine) }));
    await expect(parse({ a: 1, b: 2 })).resolves.toHaveProperty('issues.length', 2);
  });
});

describe('hostile input', () => {
  const list = validator(z.object({ lines: z.array(z.object({ sku: z.string() })) }));

  test('with hundreds of thousands of mistakes is refused with one', () => {
    const answer = list({ lines: Array.from({ length: 300_000 }, () => 7) });
    expect(answer).toMatchObject({ ok: false, issues: [{ path: 'lines[0]' }] });
  });

  test('with a few mistakes is refused with five at most', () => {
    const answer = list({ lines: Array.from({ length: 20 }, () => ({})) });
    expect(answer).toMatchObject({ ok: false });
    expect(answer).toHaveProperty('issues.length', 5);
    expect(answer).toHaveProperty('issues.3.path', 'lines[3].sku');
  });

  test('that is nested without end is refused', async () => {
    const Node = z.object({
      get next() {
        return Node.optional();
      },
    });
    const AsyncNode = z.object({ id: z.string().refine(() => Promise.resolve(true)), node: Node });
    let value: object = {};
    for (let i = 0; i < 100_000; i++) value = { next: value };
    const refused = { ok: false, issues: [{ path: '', message: 'nested too deeply' }] };
    expect(validator(Node)(value)).toEqual(refused);
    await expect(Promise.resolve(validator(AsyncNode)({ id: '', node: value }))).resolves.toEqual(refused);
  });

  test('with long keys gives short paths and messages', () => {
    const key = 'k'.repeat(10_000);
    const record = validator(z.record(z.string(), z.int()))({ [key]: 'x' });
    const strict = validator(z.strictObject({}))({ [key]: 1 });
    for (const answer of [record, strict]) expect(JSON.stringify(answer).length).toBeLessThan(1_000);
  });
});
