import type { Shape } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { typeText } from './type-text.ts';

const string = { kind: 'string' } as const;
const number = { kind: 'number' } as const;
const union = { kind: 'union', options: [string, number] } as const;

describe('a type', () => {
  test.each<[Shape, string]>([
    [{ kind: 'any' }, 'unknown'],
    [{ kind: 'bytes' }, 'Uint8Array'],
    [{ kind: 'bigint', min: '1' }, 'bigint'],
    [{ kind: 'bigint', min: '1', max: '1' }, '1n'],
    [{ kind: 'literal', values: ["it's", 1, null] }, "'it\\'s' | 1 | null"],
    [{ kind: 'array', items: union }, '(string | number)[]'],
    [{ kind: 'array', items: { kind: 'nullable', of: { kind: 'ref', name: 'A' } } }, '(A | null)[]'],
    [{ kind: 'array', items: { kind: 'literal', values: ['a'] } }, "'a'[]"],
    [{ kind: 'nullable', of: union }, 'string | number | null'],
    [{ kind: 'union', options: [union, string, { kind: 'null' }] }, 'string | number | null'],
    [{ kind: 'union', options: [string, { kind: 'any' }] }, 'unknown'],
    [{ kind: 'union', options: [] }, 'never'],
    [{ kind: 'tuple', items: [] }, '[]'],
    [
      { kind: 'tuple', items: [string, union], required: 1, rest: union },
      '[string, (string | number | undefined)?, ...(string | number)[]]',
    ],
    [{ kind: 'intersection', left: union, right: { kind: 'ref', name: 'B' } }, '(string | number) & B'],
    [{ kind: 'array', items: { kind: 'intersection', left: string, right: string } }, '(string & string)[]'],
    [{ kind: 'record', key: string, value: number }, '{ [key: string]: number }'],
    [{ kind: 'record', key: number, value: number }, 'Record<number, number>'],
    [{ kind: 'record', key: { kind: 'any' }, value: number }, '{ [key: string]: number }'],
    [{ kind: 'record', key: { kind: 'literal', values: ['a'] }, value: number }, "Partial<Record<'a', number>>"],
    [{ kind: 'map', key: string, value: { kind: 'set', items: number } }, 'Map<string, Set<number>>'],
    [
      {
        kind: 'record',
        key: {
          kind: 'union',
          options: [
            { kind: 'enum', values: ['a', 'b'] },
            { kind: 'literal', values: ['c'] },
          ],
        },
        value: number,
      },
      "Partial<Record<'a' | 'b' | 'c', number>>",
    ],
    [{ kind: 'record', key: { kind: 'ref', name: 'Colour' }, value: number }, 'Partial<Record<Colour, number>>'],
    [
      { kind: 'record', key: { kind: 'union', options: [{ kind: 'template', parts: ['a'] }, string] }, value: number },
      '{ [key: string]: number }',
    ],
    [{ kind: 'object', fields: {} }, 'Record<string, never>'],
    [{ kind: 'object', fields: { a: string }, catchall: number }, '{ a: string } & { [key: string]: number }'],
    [{ kind: 'object', fields: { 'a-b': string }, optional: ['a-b'] }, "{ 'a-b'?: string | undefined }"],
    [{ kind: 'object', fields: { a: { kind: 'any' } }, optional: ['a'] }, '{ a?: unknown }'],
    [
      { kind: 'array', items: { kind: 'array', items: number, readonly: true }, readonly: true },
      'readonly (readonly number[])[]',
    ],
    [{ kind: 'tuple', items: [number], readonly: true }, 'readonly [number]'],
    [{ kind: 'set', items: number, readonly: true }, 'ReadonlySet<number>'],
    [{ kind: 'map', key: string, value: number, readonly: true }, 'ReadonlyMap<string, number>'],
    [{ kind: 'record', key: string, value: number, readonly: true }, '{ readonly [key: string]: number }'],
    [{ kind: 'object', fields: { a: string }, readonly: true }, '{ readonly a: string }'],
    [{ kind: 'ref', name: 'A', readonly: true }, 'Readonly<A>'],
    [{ kind: 'object', fields: { a: string }, optional: ['a'], exact: ['a'] }, '{ a?: string }'],
    [
      { kind: 'template', parts: ['v', { kind: 'union', options: [number, { kind: 'undefined' }] }] },
      "`v${number | ''}`",
    ],
    [{ kind: 'template', parts: ['`${', number, { kind: 'date' }] }, '`\\`\\${${number}${string}`'],
  ])('of %j is %s', (shape, text) => {
    expect(typeText(shape)).toBe(text);
  });

  test('that is long takes a line for each alternative', () => {
    const values = Array.from({ length: 12 }, (_, i) => `alternative-${i}`);
    const text = typeText({ kind: 'enum', values });
    expect(text.split('\n').slice(0, 3)).toEqual(['', "  | 'alternative-0'", "  | 'alternative-1'"]);
    expect(typeText({ kind: 'array', items: { kind: 'enum', values } })).toMatch(/^Array<\n {2}\| .*\n>$/s);
  });

  test('with comments takes a line for each field', () => {
    const shape: Shape = { kind: 'object', fields: { a: { kind: 'string', doc: 'One.' }, b: number } };
    expect(typeText(shape)).toBe('{\n  /** One. */\n  a: string;\n  b: number;\n}');
    expect(typeText({ kind: 'array', items: shape })).toBe('{\n  /** One. */\n  a: string;\n  b: number;\n}[]');
  });
});
