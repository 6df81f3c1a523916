import { startBroker } from '@reeve/broker';
import { connect, type Reeve, ReeveError } from '@reeve/client';
import { testReeve } from '@reeve/testing';
import { bindService, serve, type ServiceBinding } from '@reeve/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindsDescriptor } from '../../packages/codegen/test-fixtures/kinds/generated/kinds.descriptor.ts';
import { Kinds } from '../../packages/codegen/test-fixtures/kinds/kinds.contract.ts';
import { KINDS_VALUES, type Values } from './kinds-values.ts';

type Schema = (typeof Kinds)['methods'][keyof (typeof Kinds)['methods']]['input'];

const methods = Object.entries(Kinds.methods) as [keyof typeof KINDS_VALUES, { input: Schema }][];

/** What handlers saw and what they are to return: the tests call one after the other. */
const seen: unknown[] = [];
let reply: { value: unknown } | undefined;

/** Each handler returns what it was told to. */
function binding(): ServiceBinding {
  const handlers = Object.fromEntries(
    methods.map(([name]) => [
      name,
      (input: unknown): unknown => {
        seen.push(input);
        return reply?.value;
      },
    ]),
  );
  return bindService({ descriptor: kindsDescriptor, contract: Kinds, handlers });
}

describe.each(['memory', 'tcp'])('each kind of schema through a real broker, over %s', (transport) => {
  let client: Reeve;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    if (transport === 'memory') {
      const reeve = await testReeve({ services: [binding()] });
      client = reeve.client;
      closing.push(() => reeve.close());
      return;
    }
    const broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
    const worker = await serve({ services: [binding()], brokers: broker.endpoints });
    await worker.ready();
    client = await connect({ brokers: broker.endpoints });
    closing.push(
      () => broker.close(),
      () => worker.close(),
      () => client.close(),
    );
  });

  afterAll(async () => {
    for (const step of closing.toReversed()) await step();
  });

  describe.each(methods)('%s', (name, { input: schema }) => {
    const { good, bad, narrower = [] }: Values = KINDS_VALUES[name];
    const call = (value: unknown): Promise<unknown> => client.method(kindsDescriptor, name)(value);

    test('handlers and callers get what Zod makes of it', async () => {
      for (const value of good) {
        const parsed = await schema.safeParseAsync(value);
        expect(parsed.error?.issues).toBeUndefined();
        seen.length = 0;
        reply = { value };
        const returned = await call(value);
        expect(seen).toEqual([positive(parsed.data)]);
        expect(returned).toEqual(positive(parsed.data));
      }
    });

    test('what Zod refuses is refused before the handler, and after it', async () => {
      for (const value of bad) {
        expect((await schema.safeParseAsync(value)).success).toBe(false);
        expect(await refusal(call(value))).toMatchObject({ reason: 'invalid_input', executed: 'no' });
        reply = { value };
        const [first] = good;
        expect(await refusal(call(first))).toMatchObject({ reason: 'invalid_output', executed: 'yes' });
      }
    });

    test('what the types refuse is not sent', async () => {
      for (const value of narrower) {
        expect((await schema.safeParseAsync(value)).success).toBe(true);
        expect(await refusal(call(value))).toMatchObject({ reason: 'invalid_input', executed: 'no' });
      }
    });
  });

  test('no value has changed a prototype', () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

async function refusal(call: Promise<unknown>): Promise<ReeveError | { resolved: unknown }> {
  return call.then(
    (resolved) => ({ resolved }),
    (error: unknown) => {
      if (error instanceof ReeveError) return error;
      throw error;
    },
  );
}

/** An integer has no negative zero on the wire. */
function positive(value: unknown): unknown {
  return Object.is(value, -0) ? 0 : value;
}
