import type { Shape } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { Refusal } from './refusal.ts';
import { mapParts } from '../model/map-shape.ts';
import { SchemaNames } from './schema-names.ts';
import { SchemaSyntax } from './schema-syntax.ts';
import { ShapeReader, type Side } from './shape-reader.ts';
import { TypeTable } from './type-table.ts';

const string = { kind: 'string' } as const;
const int = { kind: 'number', int: true } as const;
const nothing = { kind: 'undefined' } as const;

/** What the compiler makes of `enum Level { Low, High = 5 }`. */
const Level = { Low: 0, 0: 'Low', High: 5, 5: 'High' } as const;

describe('a schema that is the same from both sides', () => {
  test.each<[string, z.core.$ZodType, Shape]>([
    ['string', z.string().min(1).max(9), { kind: 'string', min: 1, max: 9 }],
    ['length', z.string().length(3), { kind: 'string', min: 3, max: 3 }],
    ['uuid', z.uuid(), { kind: 'string', format: 'uuid' }],
    ['checked email', z.string().check(z.email()), { kind: 'string', format: 'email' }],
    ['time', z.iso.datetime(), { kind: 'string', format: 'datetime' }],
    ['regex', z.string().regex(/a/).startsWith('a'), string],
    ['brand', z.string().brand('Sku'), string],
    ['refinement', z.string().refine(() => true), string],
    ['number', z.number().min(0).lt(1), { kind: 'number', min: 0, exclusiveMax: 1 }],
    ['int', z.int().min(1), { kind: 'number', int: true, min: 1 }],
    ['old int', z.number().int().positive(), { kind: 'number', int: true, exclusiveMin: 0 }],
    ['uint32', z.uint32(), { kind: 'number', int: true, min: 0, max: 4_294_967_295 }],
    ['float64', z.float64(), { kind: 'number' }],
    ['bigint', z.bigint().gt(0n), { kind: 'bigint', min: '1' }],
    ['int64', z.int64(), { kind: 'bigint', min: String(-(2n ** 63n)), max: String(2n ** 63n - 1n) }],
    ['boolean', z.boolean(), { kind: 'boolean' }],
    ['null', z.null(), { kind: 'null' }],
    ['void', z.void(), nothing],
    ['never', z.never(), { kind: 'never' }],
    ['any', z.any(), { kind: 'any' }],
    ['unknown', z.unknown(), { kind: 'any' }],
    ['date', z.date().min(new Date(5)), { kind: 'date', min: 5 }],
    ['class Date', z.instanceof(Date), { kind: 'date' }],
    ['bytes', z.instanceof(Uint8Array).check(z.maxLength(8)), { kind: 'bytes', max: 8 }],
    ['literal', z.literal(['a', 1, true, null]), { kind: 'literal', values: ['a', 1, true, null] }],
    ['bigint literal', z.literal(5n), { kind: 'bigint', min: '5', max: '5' }],
    ['enum', z.enum(['a', 'b']), { kind: 'enum', values: ['a', 'b'] }],
    ['native enum', z.enum(Level), { kind: 'enum', values: [0, 5] }],
    ['template', z.templateLiteral(['id-', z.int()]), { kind: 'template', parts: ['id-', int] }],
    ['array', z.array(z.string()).min(1).max(5), { kind: 'array', items: string, min: 1, max: 5 }],
    ['tuple', z.tuple([z.string()], z.int()), { kind: 'tuple', items: [string], rest: int }],
    ['open tuple', z.tuple([z.string(), z.int().optional()]), { kind: 'tuple', items: [string, int], required: 1 }],
    ['record', z.record(z.string(), z.int()), { kind: 'record', key: string, value: int }],
    [
      'partial record',
      z.partialRecord(z.enum(['a']), z.int()),
      { kind: 'record', key: { kind: 'enum', values: ['a'] }, value: int },
    ],
    [
      'full record',
      z.record(z.enum(['a', 'b']), z.int()),
      { kind: 'object', fields: { a: int, b: int }, unknown: 'strict' },
    ],
    ['map', z.map(z.string(), z.int()), { kind: 'map', key: string, value: int }],
    ['set', z.set(z.string()).max(3), { kind: 'set', items: string, max: 3 }],
    [
      'object',
      z.object({ a: z.string(), b: z.int().optional() }),
      { kind: 'object', fields: { a: string, b: int }, optional: ['b'] },
    ],
    [
      'exact optional',
      z.object({ a: z.exactOptional(z.int()) }),
      { kind: 'object', fields: { a: int }, optional: ['a'], exact: ['a'] },
    ],
    ['strict object', z.strictObject({}), { kind: 'object', fields: {}, unknown: 'strict' }],
    ['loose object', z.looseObject({}), { kind: 'object', fields: {}, unknown: 'loose' }],
    ['catchall', z.object({}).catchall(z.int()), { kind: 'object', fields: {}, catchall: int }],
    ['readonly', z.array(z.int()).readonly(), { kind: 'array', items: int, readonly: true }],
    [
      'readonly of several',
      z
        .union([z.set(z.int()), z.string()])
        .nullable()
        .readonly(),
      {
        kind: 'nullable',
        of: { kind: 'union', options: [{ kind: 'set', items: int, readonly: true }, string] },
      },
    ],
    ['loose record', z.looseRecord(z.string(), z.int()), { kind: 'record', key: string, value: int, loose: true }],
    ['bigint literals', z.literal([1n, 2n]), { kind: 'union', options: [constant('1'), constant('2')] }],
    ['nullable', z.string().nullable(), { kind: 'nullable', of: string }],
    ['nonoptional', z.nonoptional(z.string().optional()), string],
    ['nullish', z.string().nullish(), { kind: 'union', options: [{ kind: 'nullable', of: string }, nothing] }],
    ['union', z.union([z.string(), z.int()]), { kind: 'union', options: [string, int] }],
    ['exclusive union', z.xor([z.string(), z.int()]), { kind: 'union', options: [string, int] }],
    ['constants', z.union([z.literal('a'), z.literal('b')]), { kind: 'literal', values: ['a', 'b'] }],
    ['catch', z.object({ a: z.int().catch(1) }), { kind: 'object', fields: { a: int } }],
    ['lazy', z.lazy(() => z.string()), string],
    ['deprecation', z.string().meta({ deprecated: true }), { kind: 'string', doc: '@deprecated' }],
    ['description', z.string().describe('A name.'), { kind: 'string', doc: 'A name.' }],
    [
      'zod/mini',
      mini.optional(mini.string().check(mini.maxLength(5))),
      { kind: 'union', options: [{ kind: 'string', max: 5 }, nothing] },
    ],
  ])('%s', (_, schema, shape) => {
    expect(shapeOf(schema, 'input')).toEqual(shape);
    expect(shapeOf(schema, 'output')).toEqual(shape);
  });
});

describe('a schema with two sides', () => {
  const isoDate = z.codec(z.iso.datetime(), z.date(), { decode: (s) => new Date(s), encode: (d) => d.toISOString() });

  test.each<[string, z.core.$ZodType, Shape, Shape]>([
    ['codec', isoDate, { kind: 'string', format: 'datetime' }, { kind: 'date' }],
    ['stringbool', z.stringbool(), string, { kind: 'boolean' }],
    ['pipe', z.string().pipe(z.coerce.number()), string, { kind: 'number' }],
    ['transform, then a schema', z.string().transform(Number).pipe(z.int()), string, int],
    ['preprocess', z.preprocess(String, z.string()), { kind: 'any' }, string],
    ['coercion', z.coerce.number(), { kind: 'any' }, { kind: 'number' }],
    ['default', z.int().default(1), { kind: 'union', options: [int, nothing] }, int],
    ['prefault', z.int().prefault(1), { kind: 'union', options: [int, nothing] }, int],
    [
      'default of a field',
      z.object({ a: z.int().default(1) }),
      { kind: 'object', fields: { a: int }, optional: ['a'] },
      { kind: 'object', fields: { a: int } },
    ],
    ['limit after trim', z.string().min(2).trim().max(9), { kind: 'string', min: 2 }, { kind: 'string', max: 9 }],
    ['limit of a URL', z.url().max(9), { kind: 'string', format: 'url' }, { kind: 'string', max: 9, format: 'url' }],
    ['success', z.success(z.string()), string, { kind: 'boolean' }],
  ])('%s', (_, schema, input, output) => {
    expect(shapeOf(schema, 'input')).toEqual(input);
    expect(shapeOf(schema, 'output')).toEqual(output);
  });
});

describe('what cannot be sent is refused with a hint', () => {
  class Money {
    readonly cents = 0;
  }

  test.each<[string, z.core.$ZodType, string]>([
    ['function', z.function(), 'Make it a method of its own'],
    ['promise', z.promise(z.string()), 'Use the schema inside it'],
    ['symbol', z.symbol(), 'z.enum'],
    ['file', z.file(), 'z.instanceof(Uint8Array)'],
    ['NaN', z.nan(), 'null for "no number"'],
    ['infinite literal', z.literal(Infinity), 'Use null'],
    ['custom', z.custom<Money>(), 'z.codec('],
    ['class', z.instanceof(Money), 'Send its data'],
    ['bare transform', z.transform((value) => value), '.pipe('],
    ['transform', z.string().transform(Number), '.pipe('],
    ['field with a symbol', z.object({ [Symbol('s') as never]: z.string() }), 'Name it by a string'],
  ])('%s', (_, schema, hint) => {
    const read = (): unknown => shapeOf(schema, 'output');
    expect(read).toThrow(Refusal);
    expect(hintOf(read)).toContain(hint);
  });

  test('and with its place', () => {
    const schema = z.object({ lines: z.array(z.tuple([z.record(z.string(), z.symbol())])) });
    expect(placeOf(() => shapeOf(schema, 'input'))).toBe('orders.place.input.lines[][0][]');
  });

  test('also a schema that makes itself anew at each step', () => {
    const endless = (): z.ZodType => z.lazy(() => z.object({ next: endless().optional() }));
    const read = (): unknown => shapeOf(endless(), 'input');
    expect(hintOf(read)).toContain('Keep a schema that contains itself in a constant');
    expect(placeOf(read)).toMatch(/^orders\.place\.input\.next\.next.*…$/);
  });

  test('also in a field that would replace the prototype', () => {
    const fields = Object.defineProperty({}, '__proto__', { value: z.string(), enumerable: true });
    expect(() => shapeOf(z.object(fields), 'input')).toThrow('a field of this name is never sent');
  });
});

function constant(digits: string): Shape {
  return { kind: 'bigint', min: digits, max: digits };
}

function shapeOf(schema: z.core.$ZodType, side: Side): Shape {
  const reader = new ShapeReader(new TypeTable(), new SchemaNames(), new SchemaSyntax());
  return withoutRules(reader.read(schema, side, { path: 'orders.place.input', position: undefined }));
}

/** They have a test of their own. */
function withoutRules(shape: Shape): Shape {
  const { rules: _, ...rest } = shape;
  return mapParts(rest, withoutRules);
}

function refusalOf(read: () => unknown): Refusal {
  try {
    read();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('nothing was refused');
}

function hintOf(read: () => unknown): string {
  return refusalOf(read).hint;
}

function placeOf(read: () => unknown): string {
  return refusalOf(read).place.path;
}
