import { method, service } from '@reeve/contract';
import { descriptorOf } from '@reeve/codegen';
import { testReeve, type TestReeve } from '@reeve/testing';
import { bindService } from '@reeve/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readService } from '../../packages/codegen/src/contract-project.test-support.ts';

/** Zod lets anything through where a schema says nothing: in a reply as in a call only plain data may be there. */

const OUTPUTS: readonly (readonly [name: string, code: string, schema: z.ZodType])[] = [
  ['unknown', 'z.unknown()', z.unknown()],
  ['field', 'z.object({ x: z.any() })', z.object({ x: z.any() })],
  ['loose', 'z.looseObject({})', z.looseObject({})],
  ['record', 'z.record(z.string(), z.unknown())', z.record(z.string(), z.unknown())],
  [
    'union',
    'z.union([z.object({ x: z.unknown() }), z.object({ y: z.int() })])',
    z.union([z.object({ x: z.unknown() }), z.object({ y: z.int() })]),
  ],
];

let reply: unknown;
let reeve: TestReeve;
let call: (name: string) => Promise<unknown>;

beforeAll(async () => {
  const code = OUTPUTS.map(([name, output]) => `${name}: method({ input: z.void(), output: ${output} })`).join(', ');
  const model = await readService(`export const S = service('s', { version: '1.0.0', methods: { ${code} } });`);
  const methods = OUTPUTS.map(([name, , output]) => [name, method({ input: z.void(), output })] as const);
  const contract = service('s', { version: '1.0.0', methods: Object.fromEntries(methods) });
  const handlers = Object.fromEntries(OUTPUTS.map(([name]) => [name, () => reply]));
  const descriptor = descriptorOf(model);
  reeve = await testReeve({ services: [bindService({ descriptor, contract, handlers })] });
  call = async (name) => reeve.client.method(descriptor, name)(undefined);
});

afterAll(() => reeve.close());

describe.each(OUTPUTS)('a reply with untyped data: %s', (name) => {
  test.each([
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['a function', () => 1],
    ['numbers of 16 bits', new Uint16Array([1, 2])],
    ['an error', new Error('secret')],
    ['an instance of a class', new URL('http://127.0.0.1')],
    ['an invalid Date', new Date(NaN)],
  ])('%s is refused, as it is in a call', async (_, value) => {
    reply = name === 'unknown' ? [value] : { x: value };
    await expect(call(name)).rejects.toMatchObject({ reason: 'invalid_output', executed: 'yes' });
  });

  test('plain data arrives', async () => {
    const data = [1, 'a', null, { at: new Date(5), bytes: new Uint8Array([1]) }];
    reply = name === 'unknown' ? data : { x: data };
    expect(await call(name)).toEqual(reply);
  });
});
