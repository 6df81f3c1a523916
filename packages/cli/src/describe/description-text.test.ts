import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { descriptionOf, readContracts } from '@reeve/codegen';
import type { ServiceDescription } from '@reeve/protocol';
import { beforeAll, expect, test } from 'vitest';
import { methodText, serviceText } from './description-text.ts';

const fixtures = fileURLToPath(new URL('../../../codegen/test-fixtures/', import.meta.url));
const STYLE = { strong: (text: string) => `*${text}*` };
const VERSIONS = [
  { version: '1.2.0', workers: 2 },
  { version: '1.1.0', workers: 1 },
];

let orders: ServiceDescription;

beforeAll(async () => {
  const { services } = await readContracts([path.join(fixtures, 'orders/orders.contract.ts')], fixtures);
  orders = descriptionOf(services[0]!);
});

test('a service', () => {
  expect(serviceText(orders, VERSIONS, STYLE)).toBe(
    [
      '*orders 1.2.0*',
      'Takes orders and tells what they cost.',
      '',
      'Version 1.2.0 (2 workers); also there: 1.1.0 (1 worker).',
      '',
      '*METHOD      MAY BE STARTED  TIME LIMIT  ABOUT*',
      'quote       more than once  2 s         Price of a line before tax.',
      'place       at most once    10 s        Places an order.',
      'find        more than once  10 s',
      'categories  more than once  10 s',
      'forget      at most once    10 s',
      '',
    ].join('\n'),
  );
});

test('a method', () => {
  const { fingerprint } = orders.methods['place']!;
  expect(methodText(orders, 'place', VERSIONS.slice(0, 1), STYLE)).toBe(
    [
      '*orders.place(input: PlaceInput): Promise<PlaceOutput>*',
      'Places an order.',
      '',
      'Started at most once; calls with the same orderId share one result. Time limit: 10 s.',
      `Contract ${fingerprint}.`,
      '',
      'Version 1.2.0 (2 workers).',
      '',
      '*INPUT*',
      '  orderId   string         format uuid',
      '  lines     Line[]         at most 200 items',
      '  customer  CustomerInput',
      '  payment   Payment',
      '  note      string | null  optional; What the driver should know.',
      '',
      '*OUTPUT*',
      '  accepted  boolean',
      '  etaDate   Date',
      '  total     bigint',
      '',
      '*ERRORS*',
      '  OUT_OF_STOCK (failed_precondition) Not enough is left of one article.',
      '    sku   string',
      '    left  integer',
      '  CLOSED (unavailable)',
      '',
      '*TYPES*',
      '',
      '  Line: A quantity of one article.',
      '    sku       string   at most 64 characters; Stock keeping unit.',
      '    quantity  integer  at least 1',
      '',
      '  CustomerInput',
      '    id     string       format uuid',
      '    name   string       at most 200 characters',
      '    email  string       optional, format email',
      '    tags   Set<string>  optional, at most 10 items, each at most 20 characters, default []',
      '',
      '  Payment: How an order is paid.',
      '    Card | Transfer',
      '',
      '  Card',
      "    by      'card'",
      '    number  string  at most 19 characters',
      '',
      '  Transfer',
      "    by    'transfer'",
      '    iban  string      at most 34 characters',
      '',
    ].join('\n'),
  );
});

test('nothing in, nothing out, and one value', () => {
  const text = methodText(orders, 'forget', [], STYLE);
  expect(text).toContain('*orders.forget(input: string): Promise<void>*');
  expect(text).toContain('*INPUT*\n  string  format uuid\n\n*OUTPUT*\n  none\n');
});
