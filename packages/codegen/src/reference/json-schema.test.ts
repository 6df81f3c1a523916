import type { Shape } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { jsonSchemaOf } from './json-schema.ts';

const string = { kind: 'string' } as const;
const int = { kind: 'number', int: true } as const;
const integer = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

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
  [
    { kind: 'number', int: true, rules: ['multiple-of 5'] },
    { ...integer, multipleOf: 5 },
  ],
  [{ kind: 'bigint' }, { type: 'string', pattern: '^-?\\d+$', $comment: 'bigint' }],
  [
    { kind: 'bigint', min: '0', max: '9' },
    { type: 'string', pattern: '^\\d+$', $comment: 'bigint, at least 0, at most 9' },
  ],
  [
    { kind: 'bigint', min: '7', max: '7' },
    { const: '7', $comment: 'bigint' },
  ],
  [
    { kind: 'date', min: 0, doc: 'When.' },
    {
      type: 'string',
      format: 'date-time',
      $comment: 'Date, not before 1970-01-01T00:00:00.000Z',
      description: 'When.',
    },
  ],
  [
    { kind: 'bytes', min: 1, max: 5 },
    {
      type: 'string',
      contentEncoding: 'base64',
      pattern: expect.stringContaining('A-Za-z0-9') as unknown,
      minLength: 4,
      maxLength: 8,
      $comment: 'Uint8Array',
    },
  ],
  [{ kind: 'undefined' }, { type: 'null', $comment: 'undefined' }],
  [{ kind: 'literal', values: ['a', null] }, { enum: ['a', null] }],
  [{ kind: 'literal', values: ['a'] }, { const: 'a' }],
  [
    { kind: 'set', items: int, max: 3 },
    { type: 'array', items: integer, uniqueItems: true, maxItems: 3, $comment: 'Set' },
  ],
  [
    { kind: 'set', items: { kind: 'date' } },
    { type: 'array', items: { type: 'string', format: 'date-time', $comment: 'Date' }, $comment: 'Set' },
  ],
  [
    { kind: 'map', key: string, value: int, min: 1 },
    {
      type: 'array',
      items: { type: 'array', prefixItems: [{ type: 'string' }, integer], items: false, minItems: 2 },
      minItems: 1,
      $comment: 'Map',
    },
  ],
  [
    { kind: 'tuple', items: [string], rest: int },
    { type: 'array', prefixItems: [{ type: 'string' }], items: integer, minItems: 1 },
  ],
  [
    { kind: 'tuple', items: [] },
    { type: 'array', items: false },
  ],
  [
    { kind: 'tuple', items: [string], required: 0 },
    {
      type: 'array',
      prefixItems: [{ anyOf: [{ type: 'string' }, { type: 'null', $comment: 'undefined' }] }],
      items: false,
    },
  ],
  [
    { kind: 'record', key: string, value: int },
    { type: 'object', additionalProperties: integer },
  ],
  [
    { kind: 'record', key: { kind: 'string', max: 4 }, value: int },
    { type: 'object', propertyNames: { type: 'string', maxLength: 4 }, additionalProperties: integer },
  ],
  [
    { kind: 'record', key: int, value: string },
    { type: 'object', propertyNames: { pattern: '^-?\\d+$' }, additionalProperties: { type: 'string' } },
  ],
  [
    { kind: 'record', key: { kind: 'enum', values: [1, 'b'] }, value: string },
    { type: 'object', propertyNames: { enum: ['1', 'b'] }, additionalProperties: { type: 'string' } },
  ],
  [{ kind: 'record', key: string, value: int, loose: true }, { type: 'object' }],
  [{ kind: 'nullable', of: string }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  [{ kind: 'intersection', left: string, right: int }, { allOf: [{ type: 'string' }, integer] }],
  [
    { kind: 'object', fields: { a: string, b: int }, optional: ['b'], unknown: 'strict' },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: integer },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    { kind: 'object', fields: { a: { kind: 'union', options: [string, { kind: 'undefined' }] } } },
    {
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'null', $comment: 'undefined' }] } },
    },
  ],
  [
    {
      kind: 'intersection',
      left: { kind: 'object', fields: { a: int }, unknown: 'strict' },
      right: { kind: 'object', fields: { b: int }, unknown: 'strict' },
    },
    {
      type: 'object',
      properties: { a: integer, b: integer },
      required: ['a', 'b'],
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

describe('strings', () => {
  test.each<[Shape, object]>([
    [
      { kind: 'string', format: 'datetime' },
      { type: 'string', format: 'date-time' },
    ],
    // What has no zone is no `date-time` of the standard.
    [
      { kind: 'string', format: 'datetime', rules: ['format-options {"local":true}'] },
      { type: 'string', $comment: 'format datetime' },
    ],
    [
      { kind: 'string', format: 'time' },
      { type: 'string', $comment: 'format time' },
    ],
    [
      { kind: 'string', format: 'base64' },
      { type: 'string', contentEncoding: 'base64' },
    ],
    [
      { kind: 'string', rules: ['pattern /^a\\/b/u'] },
      { type: 'string', pattern: '^a\\/b' },
    ],
    [
      { kind: 'string', rules: ['pattern /^a/', 'pattern /b$/'] },
      { type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'b$' }] },
    ],
    // Of a flag that changes the meaning there is no way to tell.
    [{ kind: 'string', rules: ['pattern /^a/i'] }, { type: 'string' }],
    [
      { kind: 'template', parts: ['v.', int, { kind: 'enum', values: ['a', 'b'] }] },
      { type: 'string', pattern: '^v\\.-?\\d+(?:a|b)$' },
    ],
  ])('%j', (shape, schema) => {
    expect(jsonSchemaOf(shape)).toEqual({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema });
  });
});

describe('a default reads as JSON spells it', () => {
  test.each<[Shape, unknown]>([
    [{ kind: 'string', rules: ['default "x"'] }, 'x'],
    [{ kind: 'date', rules: ['default {"date":5}'] }, '1970-01-01T00:00:00.005Z'],
    [{ kind: 'bigint', rules: ['default {"bigint":"5"}'] }, '5'],
    [{ kind: 'bytes', rules: ['default {"bytes":[1,2]}'] }, 'AQI='],
    [{ kind: 'set', items: { kind: 'bigint' }, rules: ['default {"set":[{"bigint":"1"}]}'] }, ['1']],
    [{ kind: 'map', key: string, value: int, rules: ['default {"map":[["a",1]]}'] }, [['a', 1]]],
    // A field may be called like a kind.
    [{ kind: 'object', fields: { date: int }, rules: ['default {"date":5}'] }, { date: 5 }],
    [{ kind: 'array', items: { kind: 'nullable', of: { kind: 'date' } }, rules: ['default [null]'] }, [null]],
  ])('%j', (shape, value) => {
    expect(jsonSchemaOf(shape)).toMatchObject({ default: value });
  });

  test.each<Shape>([
    { kind: 'string', rules: ['default undefined'] },
    { kind: 'union', options: [{ kind: 'date' }, int], rules: ['default {"date":5}'] },
    { kind: 'array', items: int, rules: ['default {"date":5}'] },
  ])('or is left out: %j', (shape) => {
    expect(jsonSchemaOf(shape)).not.toHaveProperty('default');
  });
});
