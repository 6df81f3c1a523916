import type { Kinds } from '../../packages/codegen/test-fixtures/kinds/kinds.contract.ts';

/** Values for one kind of schema. */
export interface Values {
  /** What Zod and Reeve both take. */
  readonly good: readonly unknown[];
  /** What both refuse. */
  readonly bad: readonly unknown[];
  /** What Zod would mend in the worker, but no caller can send: the types refuse it too. */
  readonly narrower?: readonly unknown[];
}

type Name = keyof (typeof Kinds)['methods'];

const uuid = '8f0c1f6e-4b1a-4f7e-9c53-0d2b7c9e6a11';
const user = { id: uuid, name: 'Ada', mail: 'ada@example.org' };
const at = new Date('2026-01-02T03:04:05.678Z');

/** Text that is JSON, so that `__proto__` is a field and not the prototype. */
const polluted: unknown = JSON.parse(
  '{"a":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
);

export const KINDS_VALUES: Readonly<Record<Name, Values>> = {
  plainObject: {
    good: [user, { ...user, mail: undefined }, { ...user, extra: 1 }, Object.assign(Object.create(null), user)],
    bad: [{}, { ...user, id: 'x' }, { ...user, name: '' }, [], null, 'user', new Map(Object.entries(user))],
  },
  strictObject: { good: [{ a: 1 }], bad: [{ a: 1, b: 2 }, polluted, { a: 1, b: undefined }] },
  looseObject: {
    good: [
      { a: 1, b: [null, { c: 'x' }] },
      { a: 1, at },
    ],
    bad: [{ b: 1 }],
    narrower: [polluted, { a: 1, b: new Set() }],
  },
  catchall: { good: [{}, { a: 1n, b: -(2n ** 80n) }], bad: [{ a: 1 }, { a: 'x' }] },
  catchallAndFields: { good: [{ at: 1 }, { at: 1, x: 0.5 }], bad: [{ at: 0.5 }, { at: 1, x: 'y' }] },
  optional: {
    good: [{}, { a: 1 }, { a: undefined, b: undefined }, { b: new Set([1, 2]) }],
    bad: [{ a: null }, { b: [1] }, { b: new Set(['x']) }],
  },
  exactOptional: { good: [{}, { a: 1 }, { b: null }], bad: [{ a: null }, { a: 'x' }] },
  defaults: { good: [{}, { a: 1, b: 'y', c: at }, { a: undefined }], bad: [{ a: null }, { b: 'too long' }] },
  nullable: {
    good: [{ a: null }, { a: 1, b: null }, { a: 1, b: [1] }],
    bad: [{}, { a: undefined }, { a: 1, b: [null] }],
  },
  nonoptional: { good: [{ a: 1 }], bad: [{}, { a: undefined }] },
  partial: { good: [{}, user], bad: [{ id: 1 }] },
  required: { good: [user], bad: [{ ...user, mail: undefined }] },
  pick: { good: [{ id: uuid }, user], bad: [{ name: 'Ada' }] },
  omit: { good: [user], bad: [{ id: uuid }] },
  extend: { good: [{ ...user, age: 36 }], bad: [user, { ...user, age: 2 ** 31 }] },
  keyOf: { good: ['id', 'name', 'mail'], bad: ['constructor', ''] },
  readonlyObject: { good: [{ tags: [] }, { tags: ['a'] }], bad: [{ tags: [1] }] },
  readonlyList: { good: [[], [1]], bad: [['x']] },
  readonlyTuple: { good: [[1, 'a']], bad: [[1]] },
  readonlySet: { good: [new Set([1])], bad: [[1]] },
  readonlyMap: { good: [new Map([['a', 1]])], bad: [{ a: 1 }] },
  named: { good: [{ from: { street: 'x' }, to: null }], bad: [{ from: null, to: null }] },
  oddNames: {
    // To Zod every object has the `toString` that it inherits, so an own one must be there.
    good: [{ constructor: 1, toString: 'x', 'a-b': 2, '0': 3, $: 4 }],
    bad: [{ 'a-b': 2, '0': 3, $: 4 }],
  },
  array: { good: [[1], [1, 2, 3]], bad: [[], [1, 2, 3, 4], sparse(), [NaN], { 0: 1, length: 1 }, new Set([1])] },
  nested: { good: [[], [[]], [[1n, null, 2n ** 64n]]], bad: [[null], [[1]]] },
  arrayOfUndefined: { good: [[], [1, undefined, 2], [undefined], sparse()], bad: [[null]] },
  tuple: { good: [['a', 1]], bad: [['a'], ['a', 1, 2], [1, 'a'], 'a1'] },
  tupleRest: {
    good: [['a'], ['a', at, at]],
    bad: [
      ['a', 'b'],
      ['a', new Date(NaN)],
    ],
  },
  tupleOptional: {
    good: [['a'], ['a', 1], ['a', 1, true], ['a', undefined, true]],
    bad: [[], ['a', true], ['a', null]],
  },
  tupleOptionalRest: { good: [['a'], ['a', 1], ['a', 1, true, false], ['a', undefined, true]], bad: [['a', 1, 1]] },
  record: {
    good: [{}, JSON.parse('{"a":1,"then":2}')],
    bad: [JSON.parse('{"constructor":1}'), { a: 'x' }, { 'too long': 1 }, [], new Map()],
    narrower: [JSON.parse('{"__proto__":1}')],
  },
  recordOfEnum: { good: [{ a: 1, b: 2 }], bad: [{ a: 1 }, { a: 1, b: 2, c: 3 }] },
  recordOfLiterals: { good: [{ a: 1, 1: 2 }], bad: [{ a: 1 }, { a: 1, 1: 2, 2: 3 }] },
  recordOfNumericEnum: { good: [{ 0: 1, 5: 2 }], bad: [{ 0: 1 }, { Low: 1, High: 2 }] },
  recordOfNumbers: { good: [{}, { 1: 'a', [-7]: 'b' }], bad: [{ x: 'a' }, { 1.5: 'a' }] },
  recordOfTemplate: { good: [{ 'id-1': new Set([1]) }], bad: [{ 'id-x': new Set() }, { 'id-1': [1] }] },
  recordOfSomeEnum: { good: [{ a: 1, b: 2 }, { a: 1 }], bad: [{ a: 'x' }] },
  partialRecord: { good: [{}, { a: 1n }, { a: 1n, b: 2n ** 70n }], bad: [{ c: 1n }, { a: 1 }] },
  looseRecord: { good: [{}, { n_a: 1 }, { n_a: 1, other: 'x', more: [null] }], bad: [{ n_a: 'x' }, []] },
  map: {
    good: [new Map(), new Map([['a', { at }]])],
    bad: [
      new Map([['a', { at: 1 }]]),
      new Map([[1, { at }]]),
      {},
      [],
      new Map(['a', 'b', 'c'].map((key) => [key, { at }])),
    ],
  },
  mapOfObjects: { good: [new Map([[[1, 2], 3n]]), new Map([[[1, 2], 2n ** 64n]])], bad: [new Map([['1,2', 3n]])] },
  set: { good: [new Set([at])], bad: [new Set(), [at], new Set([new Date(NaN)])] },
  enum: { good: ['a', 'b'], bad: ['c', '', 0, null, ['a']] },
  nativeEnum: { good: ['red', 'green'], bad: ['Red'] },
  numericEnum: { good: [0, 5], bad: [1, 'Low', '0', null] },
  excluded: { good: ['a'], bad: ['c'] },
  literals: { good: ['a', 1, true, null, -2.5], bad: ['1', false, undefined, 2.5] },
  bigLiterals: { good: [1n, 2n ** 70n], bad: [1, 2n, '1'] },
  mixedLiterals: {
    good: [
      { a: 'x', b: 'y' },
      { a: undefined, b: 9n },
    ],
    bad: [
      { a: null, b: 'y' },
      { a: 'x', b: 9 },
    ],
  },
  undefinedLiteral: { good: [{ a: undefined, b: undefined }], bad: [{ a: null, b: undefined }] },
  union: { good: ['a', 1, [at], []], bad: [null, 0.5, ['a'], {}] },
  unionOfObjects: { good: [{ a: 1 }, { b: 2n ** 64n }, { a: 1, b: 1n }], bad: [{}, { a: 'x' }] },
  unionByFormat: {
    good: [
      { id: uuid },
      { id: 'x', tags: new Set([1]) },
      { id: 'x', tags: new Set([1]), n: 2n ** 64n },
      { id: uuid, tags: new Set() },
    ],
    bad: [{ id: 'x' }, { id: 'x', tags: [1] }],
  },
  unionByRefinement: { good: [{ of: { a: 6 } }, { of: { a: 1, b: [2] } }], bad: [{ of: 1 }] },
  unionWithUndefined: { good: [{ a: 'x' }, { a: undefined }], bad: [{ a: null }, { a: 1 }] },
  exclusive: { good: [{ a: 1 }, { b: 1 }], bad: [{}, { a: 1, b: 1 }] },
  discriminated: {
    good: [
      { status: 'ok', data: 'x' },
      { status: 'bad', code: 404, id: 1 },
      { status: 'bad', code: 418, why: 'x' },
    ],
    bad: [{ status: 'bad', code: 404, why: 'x' }, { status: 'bad', code: 500 }, { status: 'constructor' }, {}, null],
  },
  discriminatedByLists: {
    good: [
      { kind: 'run', metres: 1 },
      { kind: 'dive', depth: 0.5 },
      { kind: null, none: true },
    ],
    bad: [{ kind: 'run', depth: 1 }, { kind: 'fly' }, { none: true }, { kind: undefined, none: true }],
  },
  discriminatedByDefault: {
    good: [{ a: new Set([1]) }, { v: 1, a: new Set([1]) }, { v: 2, a: [1] }],
    bad: [{ a: [1] }, { v: 2, a: new Set([1]) }, { v: 3, a: [] }],
  },
  intersection: { good: [{ a: 1, b: new Set([1]) }], bad: [{ a: 1 }, { b: new Set([1]) }] },
  and: { good: [{ ...user, age: 1 }], bad: [user] },
  strictIntersection: { good: [{ a: 1, b: 2 }], bad: [{ a: 1, b: 2, c: 3 }, { a: 1 }] },
  unionAndObject: {
    good: [
      { a: 1, c: new Map() },
      { b: new Set([1]), c: new Map([['x', 1]]) },
      { a: 1, c: new Map(), x: new Set([() => 1]) },
    ],
    bad: [{ a: 1 }, { c: new Map() }],
  },
  objectAndRecord: {
    good: [
      { name: 'x', age: 1 },
      { name: 'x', age: 1, tel_home: '1', tel_work: '2' },
    ],
    bad: [{ name: 'x' }, { name: 'x', age: 1, tel_home: 1 }],
  },
  tree: {
    good: [{ value: 1 }, { value: 1, left: { value: 2, right: null }, right: { value: 3 } }],
    bad: [
      { value: 1, left: null },
      { value: 1, left: {} },
    ],
    narrower: [loop()],
  },
  list: {
    good: [{ head: 1, tail: { head: 2, tail: null } }],
    bad: [{ head: 1 }, { head: 1, tail: { head: 'x', tail: null } }],
  },
  expression: {
    good: [
      {
        op: 'add',
        parts: [
          { op: 'value', of: 0.5 },
          { op: 'multiply', parts: [] },
        ],
      },
    ],
    bad: [
      { op: 'add', parts: [{ op: 'add' }] },
      { op: 'divide', parts: [] },
    ],
  },
  person: {
    good: [
      {
        name: 'x',
        teams: [
          { title: 't', lead: { name: 'y', teams: [] } },
          { title: 'u', lead: null },
        ],
      },
    ],
    bad: [{ name: 'x' }, { name: 'x', teams: [{ title: 't' }] }],
  },
  json: {
    good: [null, 'x', 1.5, [1, [null]], { a: { b: [true] } }, {}],
    bad: [undefined, 1n, [undefined], { a: () => 1 }, at, new Map(), NaN],
  },
  string: { good: ['ab', 'abcd', '😀😀'], bad: ['a', 'abcde', '😀', 12, null, new String('ab')] },
  trimmed: { good: ['  abcd  ', 'ab'], bad: ['a', 'abcde'] },
  lowered: { good: ['ABC'], bad: [1] },
  template: { good: ['v1', 'v1a', 'v10b'], bad: ['v', 'v1c', 'x'] },
  formats: {
    good: [
      {
        mail: 'a@example.org',
        url: 'https://example.org/',
        ip: '127.0.0.1',
        date: '2026-01-02',
        time: '03:04:05',
        span: 'P1D',
        base64: 'YQ==',
        hash: 'd41d8cd98f00b204e9800998ecf8427e',
        own: 'ab',
      },
    ],
    bad: [{}, { mail: 'a' }],
  },
  number: { good: [0.1, 10, Number.MIN_VALUE], bad: [0, -0, 10.1, NaN, Infinity, '1', 1n, new Number(1)] },
  anyNumber: {
    good: [0, -0, 1e308, -1e-308, 2 ** 53 + 2, 0.1, 2 ** 32, -(2 ** 63)],
    bad: [NaN, Infinity, -Infinity, '1'],
  },
  int: { good: [0, -0, 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 32, -(2 ** 31) - 1], bad: [0.5, 2 ** 53, 1e300, NaN] },
  oldInt: { good: [0, 5, 2 ** 40 * 5], bad: [3, -5, 2.5] },
  int32: { good: [2 ** 31 - 1, -(2 ** 31)], bad: [2 ** 31] },
  uint32: { good: [0, 2 ** 32 - 1], bad: [-1, 2 ** 32] },
  float32: { good: [0.5, 1e38], bad: [1e39] },
  bigint: { good: [0n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n) - 1n, 10n ** 100n], bad: [1, '1'] },
  int64: { good: [2n ** 63n - 1n, -(2n ** 63n)], bad: [2n ** 63n, 1] },
  uint64: { good: [2n ** 64n - 1n, 0n], bad: [-1n, 2n ** 64n] },
  bigintRange: { good: [1n, 9n], bad: [0n, 10n] },
  boolean: { good: [true, false], bad: [0, 'true', null] },
  null: { good: [null], bad: [0, undefined] },
  date: { good: [new Date(0), new Date(1_000)], bad: [new Date(-1), new Date(1_001), new Date(NaN), 5, '1970-01-01'] },
  bytes: {
    good: [new Uint8Array(), new Uint8Array([1, 255]), new Uint8Array(70_000)],
    bad: [[1], 'a', new Uint16Array(1)],
  },
  described: { good: [1], bad: ['x'] },
  unknown: {
    good: [null, 'x', [1, { a: at }], 2n ** 62n],
    bad: [],
    narrower: [undefined, Symbol('s'), () => 1, 2n ** 70n, new Set()],
  },
  any: { good: [{ a: [] }, new Uint8Array([1])], bad: [], narrower: [undefined] },
  never: { good: [{}, { a: undefined }], bad: [{ a: 1 }] },
  optionalValue: { good: [1, undefined], bad: ['x', null] },
  nothing: { good: [undefined], bad: [null, 0] },
  codec: {
    good: [{ at: at.toISOString(), all: [at.toISOString()] }],
    bad: [
      { at, all: [] },
      { at: 'yesterday', all: [] },
    ],
  },
  stringbool: { good: ['true', 'no', '1'], bad: ['maybe', true] },
  piped: { good: ['12'], bad: ['x', 12] },
  asyncTransform: { good: ['abc', ''], bad: [3] },
  coerced: {
    good: [
      { a: '1', b: '2', c: 0 },
      { a: true, b: 3, c: at },
    ],
    bad: [
      { a: 'x', b: '2', c: 0 },
      { a: 1, b: 'y', c: 0 },
    ],
  },
  preprocessed: { good: ['abc', 3], bad: [null, {}] },
  preprocessedField: { good: [{ a: 'y' }, { a: null }, {}], bad: [{ a: 1 }] },
  refined: { good: [{ a: 1, b: 2 }], bad: [{ a: 2, b: 1 }] },
  superRefined: { good: ['quiet'], bad: ['loud!'] },
  caught: { good: [{ a: 1 }], bad: [null], narrower: [{ a: 'x' }] },
  success: { good: [{ a: 1 }], bad: [{}, { a: 'x' }] },
  overwritten: { good: [2], bad: ['x'] },
  branded: { good: [{ sku: 'x', amount: 1 }], bad: [{ sku: 1, amount: 1 }] },
  registered: { good: [{ a: 1 }], bad: [{}] },
  metaData: { good: [1], bad: ['x'] },
  inverted: { good: [at], bad: [at.toISOString()] },
  properties: { good: ['abc'], bad: ['abcd'] },
  credit: {
    good: [{ iban: 'DE89370400440532013000', e164: '+4915112345678', currency: 'EUR' }],
    bad: [{ iban: 'DE00', e164: '+4915112345678', currency: 'EUR' }],
  },
};

/** `[ , 1]`: its first item is not even undefined. */
function sparse(): unknown[] {
  const items: unknown[] = [];
  items[1] = 1;
  return items;
}

function loop(): unknown {
  const value: { value: number; left?: unknown } = { value: 1 };
  value.left = value;
  return value;
}
