import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES, SHOWN_RECORDS, withTables } from '../scripts/doc-tables.ts';
import { root } from './support/repository.ts';

const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

test.each(PAGES)('%s has the tables that the source gives (if not: corepack pnpm tables)', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  expect(withTables(text)).toBe(text);
});

describe('the specification', () => {
  test.each(SHOWN_RECORDS)('shows the fields of %s once', (name) => {
    expect(page.split(`<!-- table: fields ${name} -->`)).toHaveLength(2);
  });

  const numbers = [...page.matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number);

  test('numbers its sections without gaps', () => {
    let [section, part] = [0, 0];
    for (const number of numbers) {
      [section, part] = number!.includes('.') ? [section, part + 1] : [section + 1, 0];
      expect(number).toBe(part === 0 ? `${section}` : `${section}.${part}`);
    }
    expect(numbers.length).toBeGreaterThan(40);
  });

  test('refers to sections that are there', () => {
    const cited = new Set([...page.matchAll(/§(\d+(?:\.\d+)?)/g)].map(([, number]) => number));
    expect([...cited].filter((number) => !numbers.includes(number))).toEqual([]);
  });
});

test('a table that is out of date is noticed', () => {
  const stale = page.replace('| 16 | REQUEST |', '| 15 | REQUEST |');
  expect(stale).not.toBe(page);
  expect(withTables(stale)).toBe(page);
});

test('a page that asks for a table that there is not is refused', () => {
  expect(() => withTables('<!-- table: weather -->\n<!-- /table -->')).toThrow('weather');
  expect(() => withTables('<!-- table: fields AUTH -->\n<!-- /table -->')).toThrow('AUTH');
});
