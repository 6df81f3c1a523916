import { ReeveError } from '@reeve/client';
import { testReeve, type TestReeve } from '@reeve/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserId } from './schemas.ts';
import { OddNames1Client } from './generated/odd.names-1.client.ts';
import { serveOddNames1 } from './generated/odd.names-1.worker.ts';
import { TwoClient } from './generated/two.client.ts';
import { serveTwo } from './generated/two.worker.ts';

/** Contracts as few people write them: odd names, odd layout, each style of Zod. The compiler checks this file too. */

let reeve: TestReeve;
let odd: OddNames1Client;
let two: TwoClient;

beforeAll(async () => {
  const names = serveOddNames1({
    delete: ({ id }) => {
      const branded: UserId = id;
      return { id: branded };
    },
    new: ({ items }) => ({ items: items.map((item) => ({ ...item, id: String(item.id) })) }),
    class: (input) => input,
    errors: (input) => input,
    maps: (input) => input,
    strings: (input) => input,
    anys: (input) => input,
    dollars: (input) => input,
    clients: (input) => input,
    nodes: (input) => input,
    edges: (input) => input,
    ranges: (input) => input,
    odd: (input) => input,
    keyed: ({ a }, ctx) => {
      if (a.b === 'gone') throw ctx.error('NOT_THERE_2', { why: 'gone', at: new Date(5) });
      if (a.b === 'no') throw ctx.error('NOT_THERE');
    },
    unions: (input) => input,
    chain: (input) => input.join(','),
    layers: (input) => input,
    tuple: (input) => input,
    sets: (input) => input,
    codec: (input) => [...input.keys()].join(','),
    pre: (input) => input,
  });
  const others = serveTwo({
    mini: (input) => input,
    catch_: (input) => input,
    graph: (input) => ({ items: [input] }),
    who: (input) => [input],
    nested: () => null,
  });
  reeve = await testReeve({ services: [names, others] });
  odd = new OddNames1Client(reeve.client);
  two = new TwoClient(reeve.client);
});

afterAll(() => reeve.close());

const node = { id: 'n', level: 5 as const, edges: [{ to: { id: 'm', level: 'named' as const, edges: [] } }] };
const nodeOut = { ...node, edges: [{ ...node.edges[0], weight: 1 }] };

describe('what the contracts take comes back as Zod makes it', () => {
  test('under names that mean something else elsewhere', async () => {
    expect(await odd.delete({ id: 'x' })).toEqual({ id: 'x' });
    expect(await odd.new({ items: [node] })).toEqual({ items: [nodeOut] });
    expect(await odd.safe.new({ items: [node] })).toEqual({ ok: true, value: { items: [nodeOut] } });
    expect(await odd.class({ items: [{ message: 'm' }, { zoom: 3 }] })).toEqual({
      items: [{ message: 'm' }, { zoom: 3 }],
    });
    expect(await odd.errors({ message: 'x' })).toEqual({ message: 'x' });
    expect(await odd.maps(new Map([[{ zoom: 1 }, { kept: true }]]))).toEqual(new Map([[{ zoom: 1 }, { kept: true }]]));
    expect(await odd.strings([{ text: 'a' }])).toEqual([{ text: 'a' }]);
    expect(await odd.anys({ x: [1, 2] })).toEqual({ x: [1, 2] });
    const dollars = { $dollar: { a: 1 }, größe: { größe: 1.5 }, _: { u: 2 } };
    expect(await odd.dollars(dollars)).toEqual(dollars);
    expect(await odd.clients({ c: 1 })).toEqual({ c: 1 });
    const fields = { '': 1, '1e3': 2, '01': 3, default: 4, 'new\nline': 5 };
    expect(await odd.odd(fields)).toEqual({ ...fields, "it's": "it's" });
    expect(await two.catch_({ catch: 'x' })).toEqual({ catch: 'x' });
  });

  test('of types that lead to each other, and of what is made from them', async () => {
    expect(await odd.nodes(node)).toEqual(nodeOut);
    expect(await two.graph(node)).toEqual({ items: [nodeOut] });
    expect(await odd.edges({ extra: '\u2028', weight: 2 })).toEqual({ extra: '\u2028', weight: 2 });
  });

  test('after transforms, codecs, defaults and wrappers in wrappers', async () => {
    const to = new Date(1e12);
    expect(await odd.ranges({ from: '2000-01-01', to })).toEqual({ from: new Date('2000-01-01'), to });
    expect(await odd.chain('1,2,3')).toEqual([1, 2, 3]);
    expect(await odd.codec('abc')).toEqual(new Map([['abc', 3]]));
    expect(await odd.layers({})).toEqual({ a: null, b: 3 });
    expect(await odd.layers({ a: 1, b: null })).toEqual({ a: 1, b: null });
    expect(await odd.pre('')).toBeUndefined();
    expect(await odd.pre(5)).toBe(5);
    expect(await two.mini({})).toEqual({ b: 3 });
  });

  test('of unions, tuples, sets and maps in each other', async () => {
    expect(await odd.unions({ a: 1, c: 'v1.5.a' })).toEqual({ a: 1, c: 'v1.5.a' });
    const tuple: Parameters<typeof odd.tuple>[0] = ['a', 3n, new Date(3), new Uint8Array([1])];
    expect(await odd.tuple(tuple)).toEqual(tuple);
    expect(await odd.tuple(['a'])).toEqual(['a']);
    const sets = { s: new Set([1, 'a']), r: { k1: new Set([new Date(1)]) } };
    expect(await odd.sets(sets)).toEqual(sets);
    expect(await two.nested([{ a: [new Map([[1, new Set([[null, undefined]])]])] }])).toBeNull();
    expect(await two.who('me')).toEqual(['me']);
  });
});

test('declared errors are told apart by their names and data', async () => {
  const when = '2020-01-01T00:00:00+01:00';
  const gone = await odd.safe.keyed({ a: { b: 'gone' }, when });
  if (gone.ok || gone.error.declared !== 'NOT_THERE_2' || gone.error.data.why !== 'gone') throw new Error('not so');
  expect(gone.error.data.at).toEqual(new Date(5));
  const no = await odd.safe.keyed({ a: { b: 'no' }, when });
  expect(no).toMatchObject({ ok: false, error: { code: 'not_found', declared: 'NOT_THERE', data: undefined } });
  expect(await odd.safe.keyed({ a: { b: 'ok' }, when })).toEqual({ ok: true, value: undefined });
});

describe('what Zod refuses fails with an error of ours, wherever it is found', () => {
  const calls: readonly [name: string, call: () => Promise<unknown>][] = [
    ['a wrong type', () => odd.delete({ id: 5 as never })],
    ['a value that an enum does not have', () => odd.nodes({ ...node, level: 2 as never })],
    ['a key of an enum, where its value is wanted', () => odd.nodes({ ...node, level: 'Low' as never })],
    ['a text that a template does not take', () => odd.unions({ a: 1, c: 'v1.5.c' as never })],
    ['dates the wrong way round', () => odd.ranges({ from: new Date(5), to: new Date(4) })],
    ['a text for a date', () => odd.ranges({ from: 'never', to: new Date(4) })],
    ['a number that is none', () => odd.chain('1,x')],
    ['too long a text', () => odd.codec('x'.repeat(11))],
    ['an empty tuple', () => odd.tuple([] as never)],
    ['a key that a record does not take', () => odd.sets({ s: new Set(), r: { x: new Set() } })],
    ['a negative weight', () => odd.edges({ extra: '', weight: -1 })],
    ['not a number', () => odd.edges({ extra: '', weight: NaN })],
    ['a cycle', () => odd.nodes(cycle())],
    ['a function', () => odd.strings([{ text: (() => '') as never }])],
    ['a thing that pretends to be a Map', () => odd.maps({ __proto__: Map.prototype } as never)],
    [
      'a getter that throws',
      () => odd.errors(Object.defineProperty({ message: '' }, 'message', { get: boom, enumerable: true })),
    ],
    ['an object without a prototype that lacks a field', () => odd.clients(Object.create(null) as never)],
    ['too long for Zod mini', () => two.mini({ a: '123456' })],
  ];
  test.each(calls)('%s', async (_, call) => {
    const error: unknown = await call().then(
      (value) => ({ value }),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ReeveError);
    expect(error).toMatchObject({ code: 'invalid_argument', executed: 'no' });
  });
});

function cycle(): typeof node {
  const start = { id: 'a', level: 5 as const, edges: [] as unknown[] };
  start.edges.push({ to: start });
  return start as typeof node;
}

function boom(): never {
  throw new Error('boom');
}
