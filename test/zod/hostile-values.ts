import fc from 'fast-check';

/** Values that somebody may pass by mistake or on purpose, alone or in the place of a part of a good value. */
export function hostileValue(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const evil = fc.constantFrom(...HOSTILE).map((make) => make());
  return fc.oneof(
    evil,
    fc.tuple(good, evil, fc.nat()).map(([value, bad, at]) => withPart(value, bad, at)),
    fc.tuple(good, evil, fc.constantFrom(...KEYS)).map(([value, bad, key]) => withField(value, bad, key)),
    good.map((value) => new Proxy(Object(value) as object, {})),
  );
}

/** The value with one of its parts replaced, at any depth. */
function withPart(value: unknown, bad: unknown, at: number): unknown {
  if (Array.isArray(value) && value.length > 0) {
    const index = at % value.length;
    // What is absent at the end of a tuple makes it shorter; Zod keeps an undefined there.
    if (bad === undefined && index === value.length - 1) return withPart(value, null, at);
    return value.map((item: unknown, i): unknown =>
      i === index ? (at % 3 === 0 ? bad : withPart(item, bad, at + 1)) : item,
    );
  }
  if (value instanceof Set) return new Set([...value].map((item) => withPart(item, bad, at + 1)));
  if (value instanceof Map) return new Map([...value].map(([key, of]) => [key, withPart(of, bad, at + 1)]));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return bad;
  const names = Object.keys(value);
  const name = names[at % Math.max(names.length, 1)];
  if (name === undefined) return bad;
  const part = (value as Record<string, unknown>)[name];
  return { ...value, [name]: at % 3 === 0 ? bad : withPart(part, bad, at + 1) };
}

/** The value with one more field, as JSON.parse would make it. */
function withField(value: unknown, bad: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return bad;
  return Object.defineProperty({ ...value }, key, { value: bad, enumerable: true, configurable: true, writable: true });
}

const KEYS = ['__proto__', 'constructor', 'prototype', 'toJSON', 'extra'];

const HOSTILE: readonly (() => unknown)[] = [
  () => NaN,
  () => Infinity,
  () => 1e308,
  () => 2 ** 53,
  () => 2n ** 64n,
  () => -(2n ** 200n),
  () => 10n ** 5_000n,
  () => undefined,
  () => null,
  () => '',
  () => Symbol('s'),
  () => () => 1,
  () => new Date(NaN),
  () => new Date(8.64e15),
  () => new Uint8Array([0]),
  () => new Uint16Array([0]),
  () => new Set([1]),
  () => new Map([[1, 2]]),
  () => /x/,
  () => new Error('x'),
  () => Promise.resolve(1),
  () => ({ length: 1, 0: 1 }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => ({
    get a(): unknown {
      throw new Error('do not read me');
    },
  }),
  () =>
    new Proxy(
      {},
      {
        get: () => NaN,
        ownKeys: () => {
          throw new Error('do not list me');
        },
      },
    ),
  () => nested(5_000),
  () => {
    const loop: unknown[] = [];
    loop.push(loop);
    return loop;
  },
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}
