import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { changesBetween, type Options } from './diff.test-kit.ts';
import { DIFF_RULES, type RuleName } from './rules.ts';

const CALLERS = 'breaking-for-callers';
const WORKERS = 'breaking-for-workers';
const BOTH = 'breaking-for-callers-and-workers';
const FINE = 'compatible';
const DOUBT = 'unproved';

type ShapeCase = readonly [
  rule: RuleName,
  old: z.ZodType,
  fresh: z.ZodType,
  input: string,
  output: string,
  /** Where, if not at the top. */
  path?: string,
];

const A = z.object({ k: z.literal('a'), x: z.int() });
const B = z.object({ k: z.literal('b'), y: z.int() });
const C = z.object({ k: z.literal('c') });
const isEven = (n: number): boolean => n % 2 === 0;
const isOdd = (n: number): boolean => n % 2 === 1;

/** One change of a schema for each rule, and what it does as an input and as an output. */
const SHAPE_CASES: readonly ShapeCase[] = [
  ['doc-changed', z.string().describe('Old.'), z.string().describe('New.'), FINE, FINE],
  ['type-changed', z.string(), z.int(), BOTH, BOTH],
  ['type-changed', z.literal('a'), z.string(), WORKERS, CALLERS],
  ['type-changed', z.string(), z.enum(['a']), CALLERS, WORKERS],
  ['type-changed', z.tuple([z.int(), z.int()]), z.array(z.int()), WORKERS, CALLERS],
  ['type-changed', z.int(), z.any(), WORKERS, CALLERS],
  ['type-changed', z.set(z.int()), z.array(z.int()), BOTH, BOTH],
  ['type-changed', z.bigint(), z.int(), BOTH, BOTH],
  ['type-changed', z.date(), z.iso.datetime(), BOTH, BOTH],
  ['type-changed', z.record(z.string(), z.int()), z.object({ a: z.int() }), CALLERS, WORKERS],
  ['type-changed', z.record(z.string(), z.int()), z.object({ a: z.int().optional() }), FINE, FINE],
  ['type-changed', z.record(z.string(), z.int()), z.strictObject({ a: z.int().optional() }), DOUBT, DOUBT],
  ['type-changed', z.record(z.string(), z.int()), z.looseObject({ a: z.int().optional() }), DOUBT, DOUBT],
  ['type-changed', z.object({ a: z.int(), b: z.string() }), z.record(z.string(), z.int()), BOTH, BOTH],
  ['type-changed', z.object({ a: z.int() }), z.record(z.int(), z.int()), WORKERS, CALLERS],
  ['type-changed', z.object({ a: z.int() }), z.record(z.templateLiteral(['b', z.string()]), z.int()), WORKERS, CALLERS],
  [
    'type-changed',
    z.object({ a: z.int(), b: z.int() }),
    z.partialRecord(z.enum(['a', 'b']), z.int()),
    WORKERS,
    CALLERS,
  ],
  [
    'type-changed',
    z.intersection(z.object({ a: z.int() }), z.object({ b: z.int().optional() })),
    z.object({ a: z.int(), b: z.int().optional() }),
    FINE,
    FINE,
  ],
  [
    'type-changed',
    z.intersection(z.object({ a: z.int() }), z.strictObject({ b: z.int() })),
    z.object({ a: z.int(), b: z.int() }),
    FINE,
    FINE,
  ],
  [
    'type-changed',
    z.intersection(
      z.object({ a: z.int() }).refine(({ a }) => a > 1),
      z.object({ b: z.int() }),
    ),
    z.object({ a: z.int(), b: z.int() }),
    DOUBT,
    DOUBT,
  ],
  ['nullable-added', z.int(), z.int().nullable(), WORKERS, CALLERS],
  ['nullable-removed', z.int().nullable(), z.int(), CALLERS, WORKERS],
  ['optional-added', z.array(z.int()), z.array(z.int().optional()), WORKERS, CALLERS, '[]'],
  ['optional-removed', z.array(z.int().optional()), z.array(z.int()), CALLERS, WORKERS, '[]'],
  ['field-added', z.object({}), z.object({ a: z.int().optional() }), FINE, FINE, '.a'],
  ['field-added', z.strictObject({}), z.strictObject({ a: z.int().optional() }), WORKERS, CALLERS, '.a'],
  ['field-added', z.looseObject({}), z.looseObject({ a: z.int().optional() }), DOUBT, DOUBT, '.a'],
  ['required-field-added', z.object({}), z.object({ a: z.int() }), CALLERS, WORKERS, '.a'],
  ['required-field-added', z.strictObject({}), z.strictObject({ a: z.int() }), BOTH, BOTH, '.a'],
  ['field-removed', z.object({ a: z.int().optional() }), z.object({}), FINE, FINE, '.a'],
  ['required-field-removed', z.object({ a: z.int() }), z.object({}), WORKERS, CALLERS, '.a'],
  ['required-field-removed', z.strictObject({ a: z.int() }), z.strictObject({}), BOTH, BOTH, '.a'],
  ['field-became-optional', z.object({ a: z.int() }), z.object({ a: z.int().optional() }), WORKERS, CALLERS, '.a'],
  ['field-became-required', z.object({ a: z.int().optional() }), z.object({ a: z.int() }), CALLERS, WORKERS, '.a'],
  ['unknown-fields-changed', z.object({}), z.strictObject({}), FINE, FINE],
  ['unknown-fields-changed', z.looseObject({}), z.strictObject({}), CALLERS, WORKERS],
  ['unknown-fields-changed', z.object({}), z.looseObject({}), FINE, FINE],
  [
    'unknown-fields-changed',
    z.looseRecord(z.templateLiteral(['n_', z.int()]), z.int()),
    z.record(z.templateLiteral(['n_', z.int()]), z.int()),
    CALLERS,
    WORKERS,
  ],
  ['catchall-added', z.looseObject({}), z.object({}).catchall(z.int()), CALLERS, WORKERS],
  ['catchall-added', z.strictObject({}), z.object({}).catchall(z.int()), WORKERS, CALLERS],
  ['catchall-removed', z.object({}).catchall(z.int()), z.object({}), FINE, FINE],
  ['range-narrowed', z.object({}).catchall(z.int()), z.object({}).catchall(z.int().max(5)), CALLERS, WORKERS, '[*]'],
  ['enum-value-added', z.enum(['a']), z.enum(['a', 'b']), WORKERS, CALLERS],
  ['enum-value-removed', z.enum(['a', 'b']), z.enum(['a']), CALLERS, WORKERS],
  ['literal-added', z.literal('a'), z.literal(['a', 'b']), WORKERS, CALLERS],
  ['literal-removed', z.literal(['a', 1]), z.literal('a'), CALLERS, WORKERS],
  ['union-option-added', z.string(), z.union([z.string(), z.int()]), WORKERS, CALLERS],
  ['union-option-removed', z.union([z.string(), z.int()]), z.string(), CALLERS, WORKERS],
  ['union-option-removed', z.union([z.boolean(), z.literal(true)]), z.boolean(), FINE, FINE],
  ['union-option-added', z.discriminatedUnion('k', [A, B]), z.discriminatedUnion('k', [C, A, B]), WORKERS, CALLERS],
  ['union-option-removed', z.discriminatedUnion('k', [A, B, C]), z.discriminatedUnion('k', [C, A]), CALLERS, WORKERS],
  [
    'type-changed',
    z.discriminatedUnion('k', [A, B]),
    z.discriminatedUnion('k', [A, B.extend({ y: z.string() })]),
    BOTH,
    BOTH,
    '[k="b"].y',
  ],
  [
    'discriminator-changed',
    z.discriminatedUnion('k', [A.extend({ j: z.literal(1) }), B.extend({ j: z.literal(2) })]),
    z.discriminatedUnion('j', [A.extend({ j: z.literal(1) }), B.extend({ j: z.literal(2) })]),
    FINE,
    FINE,
  ],
  ['range-widened', z.int().max(5), z.int().max(6), WORKERS, CALLERS],
  ['range-narrowed', z.number(), z.number().gt(0), CALLERS, WORKERS],
  ['range-moved', z.int().min(1).max(5), z.int().min(2).max(6), BOTH, BOTH],
  ['range-narrowed', z.bigint(), z.bigint().max(5n), CALLERS, WORKERS],
  ['range-widened', z.date().min(new Date(5)), z.date().min(new Date(4)), WORKERS, CALLERS],
  ['length-widened', z.string().max(5), z.string().max(6), WORKERS, CALLERS],
  ['length-narrowed', z.array(z.int()), z.array(z.int()).max(9), CALLERS, WORKERS],
  ['length-moved', z.string().length(5), z.string().length(6), BOTH, BOTH],
  ['length-narrowed', z.set(z.int()), z.set(z.int()).min(1), CALLERS, WORKERS],
  ['length-narrowed', z.map(z.int(), z.int()), z.map(z.int(), z.int()).max(1), CALLERS, WORKERS],
  ['integer-added', z.number(), z.int(), CALLERS, WORKERS],
  ['integer-removed', z.int(), z.number(), WORKERS, CALLERS],
  ['multiple-of-added', z.int(), z.int().multipleOf(5), CALLERS, WORKERS],
  ['multiple-of-removed', z.int().multipleOf(5), z.int(), WORKERS, CALLERS],
  ['multiple-of-changed', z.int().multipleOf(6), z.int().multipleOf(3), WORKERS, CALLERS],
  ['format-added', z.string(), z.uuid(), CALLERS, WORKERS],
  ['format-removed', z.email(), z.string(), WORKERS, CALLERS],
  ['format-changed', z.email(), z.url(), BOTH, BOTH],
  ['format-changed', z.uuid(), z.guid(), WORKERS, CALLERS],
  ['format-changed', z.nanoid(), z.cuid2(), DOUBT, DOUBT],
  ['format-changed', z.iso.datetime(), z.iso.datetime({ offset: true }), DOUBT, DOUBT],
  ['pattern-added', z.string(), z.string().regex(/^[a-z]+$/), CALLERS, WORKERS],
  ['pattern-added', z.string(), z.string().startsWith('x'), CALLERS, WORKERS],
  ['pattern-added', z.string(), z.string().regex(/^[^]*$/), DOUBT, DOUBT],
  ['pattern-removed', z.string().regex(/^[a-z]+$/), z.string(), WORKERS, CALLERS],
  ['pattern-changed', z.string().regex(/^[a-z]+$/), z.string().regex(/^[a-f]+$/), DOUBT, DOUBT],
  ['template-changed', z.templateLiteral(['a', z.int()]), z.templateLiteral(['b', z.int()]), DOUBT, DOUBT],
  ['tuple-item-added', z.tuple([z.int()]), z.tuple([z.int(), z.int()]), BOTH, BOTH, '[1]'],
  ['tuple-item-removed', z.tuple([z.int(), z.int()]), z.tuple([z.int()]), BOTH, BOTH, '[1]'],
  ['tuple-item-added', z.tuple([z.int()]), z.tuple([z.int(), z.int().optional()]), WORKERS, CALLERS, '[1]'],
  ['tuple-item-became-optional', z.tuple([z.int()]), z.tuple([z.int().optional()]), WORKERS, CALLERS, '[0]'],
  ['tuple-item-became-required', z.tuple([z.int().optional()]), z.tuple([z.int()]), CALLERS, WORKERS, '[0]'],
  ['tuple-rest-added', z.tuple([z.int()]), z.tuple([z.int()], z.int()), WORKERS, CALLERS, '[]'],
  ['tuple-rest-removed', z.tuple([z.int()], z.int()), z.tuple([z.int()]), CALLERS, WORKERS, '[]'],
  ['length-widened', z.record(z.string().max(5), z.int()), z.record(z.string(), z.int()), WORKERS, CALLERS, '[key]'],
  [
    'enum-value-added',
    z.partialRecord(z.enum(['a']), z.int()),
    z.partialRecord(z.enum(['a', 'b']), z.int()),
    WORKERS,
    CALLERS,
    '[key]',
  ],
  ['catch-added', z.int(), z.int().catch(1), DOUBT, DOUBT],
  ['catch-removed', z.int().catch(1), z.int(), DOUBT, DOUBT],
  ['catch-changed', z.int().catch(1), z.int().catch(() => 2 + 3), DOUBT, DOUBT],
  ['refinement-added', z.int(), z.int().refine(isEven), DOUBT, DOUBT],
  ['refinement-removed', z.int().refine(isEven), z.int(), DOUBT, DOUBT],
  ['refinement-changed', z.int().refine(isEven), z.int().refine(isOdd), DOUBT, DOUBT],
  ['refinement-added', z.object({}), z.object({}).superRefine(() => undefined), DOUBT, DOUBT],
];

type MethodCase = readonly [rule: RuleName, old: Options, fresh: Options, verdict: string, path?: string];

const METHOD_CASES: readonly MethodCase[] = [
  ['doc-changed', {}, { doc: 'New.' }, FINE],
  ['idempotent-added', {}, { idempotent: true }, FINE],
  ['idempotent-removed', { idempotent: true }, {}, CALLERS],
  ['key-added', keyed(), keyed('a'), WORKERS],
  ['key-removed', keyed('a'), keyed(), CALLERS],
  ['key-changed', keyed('a'), keyed('b'), BOTH],
  ['timeout-changed', {}, { timeoutMs: 5 }, FINE],
  ['lease-changed', {}, { leaseMs: 500 }, FINE],
  ['finish-added', {}, { finish: true }, FINE],
  ['finish-removed', { finish: true }, {}, DOUBT],
  ['error-added', {}, { errors: { E: z.int() } }, CALLERS, '.errors.E'],
  ['error-removed', { errors: { E: z.int() } }, {}, WORKERS, '.errors.E'],
  ['error-code-changed', coded('not_found'), coded('aborted'), BOTH, '.errors.E'],
  ['type-changed', { errors: { E: z.int() } }, { errors: { E: z.string() } }, BOTH, '.errors.E'],
  ['range-widened', { errors: { E: z.int().max(1) } }, { errors: { E: z.int() } }, CALLERS, '.errors.E'],
  ['error-data-added', coded('aborted', false), coded('aborted'), WORKERS, '.errors.E'],
  ['error-data-removed', coded('aborted'), coded('aborted', false), CALLERS, '.errors.E'],
  ['default-added', { input: z.object({ a: z.int().optional() }) }, withDefault(1), FINE, '.input.a'],
  ['default-removed', withDefault(1), { input: z.object({ a: z.int().optional() }) }, DOUBT, '.input.a'],
  ['default-changed', withDefault(1), withDefault(2), DOUBT, '.input.a'],
  ['transform-added', { input: z.string() }, { input: z.string().trim() }, DOUBT, '.input'],
  ['transform-removed', { input: z.string().transform(Number) }, { input: z.string() }, DOUBT, '.input'],
  [
    'transform-changed',
    { input: z.string().transform((text) => text.length) },
    { input: z.string().transform((text) => text.length + 1) },
    DOUBT,
    '.input',
  ],
  ['transform-changed', { input: z.stringbool() }, { input: z.stringbool({ truthy: ['ja'] }) }, DOUBT, '.input'],
  ['transform-changed', { input: z.stringbool() }, { input: z.stringbool({ case: 'sensitive' }) }, DOUBT, '.input'],
];

describe('a change of a schema', () => {
  test.each(SHAPE_CASES.map(numbered))('%s', (_, [rule, old, fresh, input, output, path = '']) => {
    expect(changesBetween({ input: old }, { input: fresh })).toEqual([`${rule} s.m.input${path}: ${input}`]);
    expect(changesBetween({ output: old }, { output: fresh })).toEqual([`${rule} s.m.output${path}: ${output}`]);
  });

  test('does nothing where nothing changes', () => {
    for (const [, old, fresh] of SHAPE_CASES) {
      expect(changesBetween({ input: old, output: old }, { input: old, output: old })).toEqual([]);
      expect(changesBetween({ input: fresh, output: fresh }, { input: fresh, output: fresh })).toEqual([]);
    }
  });
});

describe('a change of a method', () => {
  test.each(METHOD_CASES.map(numbered))('%s', (_, [rule, old, fresh, verdict, path = '']) => {
    expect(changesBetween(old, fresh)).toEqual([`${rule} s.m${path}: ${verdict}`]);
  });
});

test('the words of z.stringbool() that it has anyway change nothing, in whatever order', () => {
  const own = z.stringbool({ truthy: ['on', 'yes'], falsy: ['off'] });
  const same = z.stringbool({ falsy: ['OFF'], truthy: ['yes', 'on'] }).describe('Whether.');
  expect(changesBetween({ input: own }, { input: same })).toEqual(['doc-changed s.m.input: compatible']);
});

describe('an object of which no option of a union has the fields', () => {
  const byKind = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]);
  const byType = z.discriminatedUnion('type', [z.object({ type: z.literal('a') }), z.object({ type: z.literal('b') })]);

  test('breaks both sides if the discriminator has another name', () => {
    const changes = changesBetween({ input: byKind }, { input: byType });
    expect(changes.filter((change) => change.startsWith('union-option'))).toEqual([
      `union-option-removed s.m.input: ${CALLERS}`,
      `union-option-removed s.m.input: ${CALLERS}`,
      `union-option-added s.m.input: ${WORKERS}`,
      `union-option-added s.m.input: ${WORKERS}`,
    ]);
  });

  test('breaks callers if they might leave out what each option needs, unless code forbids that', () => {
    const either = z.object({ a: z.int().optional(), b: z.int().optional() });
    const one = z.xor([z.object({ a: z.int() }), z.object({ b: z.int() })]);
    expect(changesBetween({ input: either }, { input: one })).toContain(`union-option-removed s.m.input: ${CALLERS}`);
    const checked = either.refine(({ a, b }) => a !== undefined || b !== undefined);
    expect(changesBetween({ input: checked }, { input: one })).toContain(`union-option-removed s.m.input: ${DOUBT}`);
  });
});

test('every rule is shown by a case', () => {
  const shown = new Set([...SHAPE_CASES, ...METHOD_CASES].map(([rule]) => rule));
  expect(Object.keys(DIFF_RULES).filter((rule) => !shown.has(rule as RuleName))).toEqual(SHOWN_ELSEWHERE);
});

function numbered<Case extends ShapeCase | MethodCase>(one: Case, index: number): [name: string, one: Case] {
  return [`${one[0]} (${index})`, one];
}

function keyed(key?: 'a' | 'b'): Options {
  const input = z.object({ a: z.string(), b: z.string() });
  return key === undefined ? { input } : { input, key };
}

function coded(code: string, hasData = true): Options {
  return { errors: { E: hasData ? { code, data: z.int() } : { code } } };
}

function withDefault(value: number): Options {
  return { input: z.object({ a: z.int().default(value) }) };
}

/** In diff-locks.test.ts. */
const SHOWN_ELSEWHERE: readonly string[] = [
  'service-added',
  'service-removed',
  'version-changed',
  'method-added',
  'method-removed',
  'type-renamed',
];
