import type { Shape } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { jsonSchemaOf } from './json-schema.ts';

const string = { kind: 'string' } as const;
const int = { kind: 'number', int: true } as const;

test.each<[Shape, object]>([
  [{ kind: 'any' }, {}],
  [{ kind: 'never' }, { not: {} }],
  [
    { kind: 'string', min: 1, max: 2, format: 'uuid' },
    { type: 'string', minLength: 1, maxLength: 2, format: 'uuid' },
  ],
  [
    { kind: 'number', exclusiveMin: 0, max: 5 },
    { type: 'number', exclusiveMinimum: 0, maximum: 5 },
  ],
  [{ kind: 'bigint' }, { type: ['integer', 'string'], pattern: '^-?\\d+$' }],
  [
    { kind: 'date', doc: 'When.' },
    { type: 'string', format: 'date-time', description: 'When.' },
  ],
  [{ kind: 'bytes' }, { type: 'string', contentEncoding: 'base64' }],
  [{ kind: 'literal', values: ['a', null] }, { enum: ['a', null] }],
  [
    { kind: 'set', items: int, max: 3 },
    { type: 'array', items: { type: 'integer' }, uniqueItems: true, maxItems: 3 },
  ],
  [
    { kind: 'tuple', items: [string], rest: int },
    { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'integer' }, minItems: 1 },
  ],
  [
    { kind: 'record', key: string, value: int },
    { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'integer' } },
  ],
  [{ kind: 'nullable', of: string }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  [{ kind: 'intersection', left: string, right: int }, { allOf: [{ type: 'string' }, { type: 'integer' }] }],
  [
    { kind: 'object', fields: { a: string, b: int }, optional: ['b'], unknown: 'strict' },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'integer' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
])('%j', (shape, schema) => {
  expect(jsonSchemaOf(shape)).toEqual({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema });
});

test('named shapes become definitions', () => {
  const Tree: Shape = { kind: 'object', fields: { kids: { kind: 'array', items: { kind: 'ref', name: 'Tree' } } } };
  expect(jsonSchemaOf({ kind: 'ref', name: 'Tree' }, { Tree, Unused: string })).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $ref: '#/$defs/Tree',
    $defs: {
      Tree: {
        type: 'object',
        properties: { kids: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
        required: ['kids'],
      },
    },
  });
});
