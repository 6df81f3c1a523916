import { readFile } from 'node:fs/promises';
import type { ServiceDescription, Shape } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { HeadingIds } from './heading-ids.ts';
import { markdownPage } from './markdown.ts';

const string: Shape = { kind: 'string' };
const method = { fingerprint: 'f', idempotent: false, key: [], timeoutMs: 500, errors: {} };

function page(more: Partial<ServiceDescription>): string {
  return markdownPage({ name: 's', version: '1.0.0', methods: {}, shapes: {}, ...more }, 'From here.');
}

test('nothing in a text ends a cell, a comment or code', () => {
  const input: Shape = {
    kind: 'object',
    fields: {
      'a|b': { kind: 'literal', values: ['x|y', 'a`b'], doc: 'One\nor | other.', rules: ['pattern /^a*|_b$/'] },
    },
  };
  const text = page({ methods: { m: { ...method, input, output: { kind: 'undefined' } } } });
  expect(text).toContain("| `a\\|b` | ``'x\\|y' \\| 'a`b'`` | matches /^a\\*\\|\\_b$/ | One or \\| other. |");
  expect(markdownPage({ name: 's', version: '1', methods: {}, shapes: {} }, 'a --> b')).toMatch(/^<!-- a - -> b -->\n/);
});

test('links lead to the headings of methods and types, also where they are called alike', () => {
  const methods = { S: { ...method, input: ref('S'), output: { kind: 'array', items: ref('S') } as const } };
  const text = page({
    methods,
    shapes: { S: { kind: 'object', fields: { s: string, next: ref('S') }, optional: ['next'] } },
  });
  expect(text).toContain('| [S](#s-1) | at most once | 500 ms | |');
  expect(text).toContain('**Input**\n\n[`S`](#s-2)');
  expect(text).toContain('[`S[]`](#s-2)');
  expect(text).toContain('| `next` | [`S`](#s-2) | optional | |');
});

test('every link of a page leads to a heading', async () => {
  const text = await readFile(
    new URL('../../test-fixtures/orders/generated/reference/orders.md', import.meta.url),
    'utf8',
  );
  const ids = new HeadingIds();
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => ids.take(heading));
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((id) => !headings.includes(id!))).toEqual([]);
});

test('types that nothing leads to are left out', () => {
  expect(page({ shapes: { Unused: string } })).not.toContain('Unused');
});

test('ids of headings are those of GitHub', () => {
  const ids = new HeadingIds();
  expect(['placeOrder', 'a.b_c', 'Place order!', 'placeorder', 'Ä-b'].map((one) => ids.take(one))).toEqual([
    'placeorder',
    'ab_c',
    'place-order',
    'placeorder-1',
    'ä-b',
  ]);
});

function ref(name: string): Shape {
  return { kind: 'ref', name };
}
