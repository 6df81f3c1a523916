import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeValue, encodeValue } from '../values.ts';
import { compileShape } from './compile.ts';
import type { Shape, Shapes } from './shape.ts';
import { shapeAndValue, typedArbitrary } from './typed.test-support.ts';

describe('a value of its shape', () => {
  test('has no issues and comes back the same from the wire', () => {
    fc.assert(
      fc.property(shapeAndValue(), ({ shape, value }) => {
        const { check } = compileShape(shape);
        expect(check(value)).toEqual([]);
        expect(withoutAbsent(roundTrip(shape, value))).toEqual(withoutAbsent(value));
      }),
      { numRuns: 1_500 },
    );
  });

  test('is lowered and lifted without being changed', () => {
    fc.assert(
      fc.property(shapeAndValue(), ({ shape, value }) => {
        const { lower, lift } = compileShape(shape);
        const before = structuredClone(value);
        const lowered = lower(value);
        const copy = structuredClone(lowered);
        lift(lowered);
        expect(value).toEqual(before);
        expect(lowered).toEqual(copy);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any value at all', () => {
  test('is checked, lowered and lifted without an exception', () => {
    fc.assert(
      fc.property(typedArbitrary('with unions'), hostile(), ({ shape }, value) => {
        const { check, lower, lift } = compileShape(shape);
        expect(check(value).length).toBeLessThanOrEqual(5);
        lower(value);
        lift(value);
      }),
      { numRuns: 1_500 },
    );
  });

  test('is lifted after it came from the wire, whatever it was meant to be', () => {
    fc.assert(
      fc.property(typedArbitrary('with unions'), shapeAndValue(), ({ shape }, other) => {
        const { lower } = compileShape(other.shape);
        const decoded = decodeValue(encodeValue(lower(other.value)));
        if (decoded.ok) compileShape(shape).lift(decoded.value);
      }),
      { numRuns: 1_000 },
    );
  });

  test('may throw when it is read', () => {
    const { check, lower } = compileShape({ kind: 'object', fields: { a: { kind: 'string' } } });
    const trap = {
      get a(): string {
        throw new Error('no');
      },
    };
    expect(check(trap)[0]?.message).toContain('cannot be read');
    expect(lower(trap)).toBe(trap);
  });
});

describe('depth', () => {
  const shapes: Shapes = {
    Node: { kind: 'object', fields: { next: { kind: 'ref', name: 'Node' } }, optional: ['next'] },
  };

  test('is bounded for shapes that contain themselves', () => {
    const { check, lower, lift } = compileShape({ kind: 'ref', name: 'Node' }, shapes);
    expect(check(chain(60))).toEqual([]);
    expect(check(chain(100_000))[0]?.message).toContain('nested too deeply');
    lower(chain(100_000));
    lift(chain(100_000));
  });

  test('is bounded for values that contain themselves', () => {
    const loop: { next?: unknown } = {};
    loop.next = loop;
    expect(compileShape({ kind: 'ref', name: 'Node' }, shapes).check(loop)).toHaveLength(1);
    expect(compileShape({ kind: 'any' }).check(loop)).toHaveLength(1);
  });

  test('does not multiply where parts are shared', () => {
    const pair: Shapes = {
      Pair: {
        kind: 'object',
        fields: { left: { kind: 'ref', name: 'Pair' }, right: { kind: 'ref', name: 'Pair' } },
        optional: ['left', 'right'],
      },
    };
    let value: object = {};
    for (let i = 0; i < 62; i++) value = { left: value, right: value };
    const { check } = compileShape({ kind: 'ref', name: 'Pair' }, pair);
    expect(check(value)[0]?.message).toContain('larger than any message');
  });
});

describe('names that belong to every object', () => {
  test('never reach a prototype', () => {
    const record: Shape = {
      kind: 'record',
      key: { kind: 'string' },
      value: { kind: 'set', items: { kind: 'string' } },
    };
    const hostileRecord: unknown = JSON.parse('{"__proto__": ["x"], "ok": ["y"]}');
    const { check, lift } = compileShape(record);
    expect(check(hostileRecord).length).toBeGreaterThan(0);
    const lifted = lift(hostileRecord) as Record<string, unknown>;
    expect(Object.getPrototypeOf(lifted)).toBe(Object.prototype);
    expect(lifted['ok']).toEqual(new Set(['y']));
  });

  test('are absent unless they are own fields', () => {
    const string: Shape = { kind: 'string' };
    const { check } = compileShape({
      kind: 'object',
      fields: { constructor: string, toString: string },
      optional: ['constructor', 'toString'],
    });
    expect(check({})).toEqual([]);
    expect(check({ toString: 1 })).toEqual([{ path: 'toString', message: 'expected a string, got a number' }]);
  });
});

test('a shape that refers to nothing is an error when it is compiled', () => {
  expect(() => compileShape({ kind: 'ref', name: 'Gone' })).toThrow('Shape "Gone" is referred to but not defined.');
});

function roundTrip(shape: Shape, value: unknown): unknown {
  const { lower, lift } = compileShape(shape);
  const decoded = decodeValue(encodeValue(lower(value)));
  if (!decoded.ok) throw new Error(decoded.why);
  return lift(decoded.value);
}

/** An undefined field and an absent one are the same on the wire. -0 has no integer form. */
function withoutAbsent(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (value instanceof Set) return new Set([...value].map(withoutAbsent));
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [withoutAbsent(k), withoutAbsent(v)]));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, withoutAbsent(field)]),
  );
}

function hostile(): fc.Arbitrary<unknown> {
  return fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    key: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('__proto__', 'constructor', 'toJSON')),
  });
}

function chain(length: number): object {
  let node: object = {};
  for (let i = 0; i < length; i++) node = { next: node };
  return node;
}
