import type { Shape } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { factsOf } from './facts.ts';
import { fieldRows } from './field-rows.ts';

const string: Shape = { kind: 'string' };
const int: Shape = { kind: 'number', int: true };
const pair: Shape = { kind: 'object', fields: { a: int, b: string }, optional: ['b'] };

describe('rows tell of everything in a shape', () => {
  test.each<[what: string, shape: Shape, rows: readonly string[]]>([
    ['nothing', { kind: 'undefined' }, []],
    ['a value', int, ['integer']],
    ['a named type', { kind: 'array', items: { kind: 'ref', name: 'Line' } }, ['Line[]']],
    ['fields', pair, ['a integer', 'b? string']],
    ['no fields', { kind: 'object', fields: {} }, ['object']],
    ['fields and what is said of the whole', { ...pair, unknown: 'strict' }, ['object', 'a integer', 'b? string']],
    [
      'fields in a list',
      { kind: 'object', fields: { all: { kind: 'array', items: pair } } },
      ['all object[]', 'all[].a integer', 'all[].b? string'],
    ],
    ['a list of objects', { kind: 'array', items: pair }, ['object[]', '[].a integer', '[].b? string']],
    [
      'a Map',
      { kind: 'object', fields: { m: { kind: 'map', key: { kind: 'date' }, value: { kind: 'nullable', of: pair } } } },
      ['m Map<Date, object | null>', 'm[].a integer', 'm[].b? string'],
    ],
    [
      'a tuple',
      { kind: 'object', fields: { t: { kind: 'tuple', items: [int, pair] } } },
      ['t [integer, object]', 't[1].a integer', 't[1].b? string'],
    ],
    [
      'options by their tag',
      {
        kind: 'object',
        fields: {
          by: {
            kind: 'union',
            discriminator: 't',
            options: [
              { kind: 'object', fields: { t: { kind: 'literal', values: ['card'] }, n: string } },
              { kind: 'object', fields: { t: { kind: 'literal', values: ['cash', 'coin'] } } },
            ],
          },
        },
      },
      ['by object', "by(card).t 'card'", 'by(card).n string', "by(cash or coin).t 'cash' | 'coin'"],
    ],
    [
      'other options by their number',
      { kind: 'union', options: [string, pair] },
      ['string | object', '(2).a integer', '(2).b? string'],
    ],
  ])('%s', (_, shape, rows) => {
    const texts = fieldRows(shape).map(({ path, type, isRequired }) =>
      `${path}${isRequired ? '' : '?'} ${type}`.trim(),
    );
    expect(texts).toEqual(rows);
  });
});

describe('facts', () => {
  test.each<[Shape, readonly string[]]>([
    [
      { kind: 'string', min: 1, max: 5, format: 'uuid' },
      ['format uuid', 'at least 1 character', 'at most 5 characters'],
    ],
    [{ kind: 'string', min: 2, max: 2, rules: ['pattern /^a/i'] }, ['exactly 2 characters', 'matches /^a/i']],
    [
      { kind: 'number', min: 0, exclusiveMax: 5, rules: ['multiple-of 0.5'] },
      ['at least 0', 'less than 5', 'a multiple of 0.5'],
    ],
    [{ kind: 'bigint', exclusiveMin: 1, max: '9' } as Shape, ['at most 9']],
    [
      { kind: 'date', min: 0, rules: ['default {"date":5}'] },
      ['not before 1970-01-01T00:00:00.000Z', 'default 1970-01-01T00:00:00.005Z'],
    ],
    [{ kind: 'map', key: string, value: int, max: 2 }, ['at most 2 entries']],
    [{ kind: 'array', items: { kind: 'string', max: 3 }, min: 1 }, ['at least 1 item', 'each at most 3 characters']],
    [{ kind: 'nullable', of: { kind: 'bytes', max: 9 } }, ['at most 9 bytes']],
    [{ kind: 'bigint', rules: ['default {"bigint":"5"}'] }, ['default 5']],
    [{ kind: 'object', fields: {}, unknown: 'loose' }, ['other fields are kept']],
    [{ kind: 'boolean', rules: ['refine 0123'] }, []],
  ])('%j', (shape, facts) => {
    expect(factsOf(shape)).toEqual(facts);
  });
});
