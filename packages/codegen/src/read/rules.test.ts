import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { descriptorOf } from '../print/descriptor-file.ts';
import { readService } from '../contract-project.test-support.ts';
import { SchemaNames } from './schema-names.ts';
import { SchemaSyntax } from './schema-syntax.ts';
import { ShapeReader, type Side } from './shape-reader.ts';
import { TypeTable } from './type-table.ts';

describe('rules are what a shape cannot say', () => {
  test.each<[what: string, schema: z.ZodType, input: readonly string[], output?: readonly string[]]>([
    ['nothing', z.string().min(1).max(5), []],
    ['ranges', z.int().min(1).lt(5), []],
    ['patterns', z.string().regex(/^a/i).endsWith('b'), ['pattern /^a/i', 'pattern /.*b$/']],
    ['a step', z.number().multipleOf(0.5), ['multiple-of 0.5']],
    ['a default', z.int().default(5), ['default 5'], []],
    ['a default on the way', z.string().trim().prefault('x'), ['transform *', 'default "x"'], []],
    ['a computed default', z.date().default(() => new Date()), ['default computed'], []],
    ['a default by chance', z.number().default(() => Math.random()), ['default computed'], []],
    ['a date', z.date().default(new Date(5)), ['default {"date":5}'], []],
    ['a bigint', z.bigint().default(5n), ['default {"bigint":"5"}'], []],
    ['a substitute', z.int().catch(7), ['catch 7']],
    ['code', z.int().refine((n) => n > 1), ['refine *']],
    ['more code', z.int().superRefine(() => undefined), ['refine *']],
    [
      'a transform',
      z
        .string()
        .transform((text) => text.length)
        .pipe(z.int()),
      ['transform *', 'transform *'],
      [],
    ],
    [
      'a limit after a change',
      z.string().trim().max(5),
      ['transform *', 'check {"check":"max_length","maximum":5}'],
      [],
    ],
    ['coercion', z.coerce.number().min(2), ['transform coerce-number', 'check *'], []],
    ['formats', z.email(), []],
    ['options of a format', z.iso.datetime({ offset: true }), ['format-options {"offset":true}']],
    ['an own pattern', z.email({ pattern: /@/ }), ['format-options {"pattern":"/@/"}']],
    ['bytes', z.instanceof(Uint8Array), []],
    ['a brand', z.string().brand('A'), []],
  ])('%s', (_, schema, input, output = input) => {
    expect(rulesOf(schema, 'input')).toEqual(input);
    expect(rulesOf(schema, 'output')).toEqual(output);
  });

  test('code that is only written in another way is the same code', () => {
    const first = z.int().refine((n) => n > 1 && n !== 7);
    const second = z.int().refine((n) => n > 1 && n !== 7);
    expect(shapeOf(first, 'input')).toEqual(shapeOf(second, 'input'));
    expect(shapeOf(first, 'input')).not.toEqual(
      shapeOf(
        z.int().refine((n) => n > 2 && n !== 7),
        'input',
      ),
    );
  });

  test('they are not told to callers', async () => {
    const service = await readService(`
      const A = z.object({ a: z.string().regex(/secret/).default('secret') });
      export const S = service('s', { version: '1.0.0', methods: { m: method({ input: A, output: A }) } });`);
    expect(JSON.stringify(service)).toContain('secret');
    expect(JSON.stringify(descriptorOf(service))).not.toContain('secret');
  });
});

/** Rules of a shape, those of its parts included; digests are cut. */
function rulesOf(schema: z.ZodType, side: Side): string[] {
  const found: string[] = [];
  JSON.stringify(shapeOf(schema, side), (name, value: unknown) => {
    if (name === 'rules') found.push(...(value as string[]));
    return value;
  });
  return found.map((rule) => rule.replace(/ [0-9a-f]{16}$/, ' *').replace(/^check .*"value".*$/, 'check *'));
}

function shapeOf(schema: z.ZodType, side: Side): object {
  const reader = new ShapeReader(new TypeTable(), new SchemaNames(), new SchemaSyntax());
  return reader.read(schema, side, { path: 's.m.input', position: undefined });
}
