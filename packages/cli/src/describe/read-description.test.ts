import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { descriptionOf, readContracts } from '@reeve/codegen';
import { decodeValue, encodeValue } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { methodText, serviceText } from './description-text.ts';
import { readDescription } from './read-description.ts';

const fixtures = fileURLToPath(new URL('../../../codegen/test-fixtures/', import.meta.url));
const STYLE = { strong: (text: string) => text };

test.each(['orders', 'everything', 'kinds'])('every description survives the way: %s', async (name) => {
  const { services } = await readContracts([path.join(fixtures, name, `${name}.contract.ts`)], fixtures);
  const description = descriptionOf(services[0]!);
  const decoded = decodeValue(encodeValue(description));
  expect(readDescription(decoded.ok ? decoded.value : undefined)).toEqual(description);
});

test('what a newer worker says of a shape is taken for anything, and what it adds is left out', () => {
  const method = { fingerprint: 'f', idempotent: true, key: [], timeoutMs: 5, output: { kind: 'void' } };
  const input = { kind: 'object', fields: { a: { kind: 'tensor', rank: 3 }, b: { kind: 'string', spoken: true } } };
  const errors = { LOST: { code: 'misplaced', data: { kind: 'array' } } };
  const read = readDescription({
    ...{ name: 's', version: '2', shapes: {}, colour: 'red' },
    methods: { m: { ...method, input, errors } },
  })!;
  expect(read.methods['m']).toEqual({
    ...method,
    input: { kind: 'object', fields: { a: { kind: 'any' }, b: { kind: 'string' } } },
    output: { kind: 'any' },
    errors: { LOST: { code: 'unknown', data: { kind: 'array', items: { kind: 'any' } } } },
  });
  expect(methodText(read, 'm', [], STYLE)).toContain('  a  any\n');
});

test.each([undefined, null, 5, [], {}, { name: 's', version: '1', methods: { m: {} }, shapes: {} }])(
  'what is no description is none: %j',
  (value) => {
    expect(readDescription(value)).toBeUndefined();
  },
);

test('a type that leads nowhere, or to itself, can be shown', () => {
  const ref = (name: string): object => ({ kind: 'ref', name });
  const rest = { fingerprint: 'f', idempotent: true, key: [], timeoutMs: 5, errors: {} };
  const methods = { m: { ...rest, input: ref('Loop'), output: ref('Lost') } };
  const read = readDescription({ name: 's', version: '1', methods, shapes: { Loop: ref('Loop') } })!;
  expect(methodText(read, 'm', [], STYLE)).toContain('TYPES\n\n  Loop\n');
  expect(serviceText(read, [], STYLE)).toContain('m       more than once');
});
