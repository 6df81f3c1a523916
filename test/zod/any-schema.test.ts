import path from 'node:path';
import { type CodegenError, descriptorOf, readContracts, type ServiceModel } from '@reeve/codegen';
import { type Method, method, service } from '@reeve/contract';
import { testReeve, type TestReeve } from '@reeve/testing';
import { bindService } from '@reeve/worker';
import { ReeveError } from '@reeve/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContractProject, contractText } from '../../packages/codegen/src/contract-project.test-support.ts';
import { hostileValue } from './hostile-values.ts';
import { type Typed, typedSchema } from './typed-schema.ts';

const seed = Number(process.env['REEVE_SEED'] ?? 20_260_801);

/** What handlers saw and what they are to return: the tests call one after the other. */
const seen: unknown[] = [];
let reply: unknown;

describe(`contracts that chance wrote (REEVE_SEED=${seed})`, () => {
  let project: ContractProject;
  let typed: Typed[];
  let model: ServiceModel;
  let reeve: TestReeve;

  beforeAll(async () => {
    project = await ContractProject.create({});
    typed = fc.sample(typedSchema(), { numRuns: SCHEMAS, seed });
    ({ typed, model } = await readAll(project, typed));
    const methods = Object.fromEntries(typed.map(({ schema }, i) => [`m${i}`, both(schema)]));
    const contract = service('chance', { version: '1.0.0', methods });
    const handlers = Object.fromEntries(
      Object.keys(methods).map((name) => [
        name,
        (input: unknown): unknown => {
          seen.push(input);
          return reply;
        },
      ]),
    );
    reeve = await testReeve({ services: [bindService({ descriptor: descriptorOf(model), contract, handlers })] });
  });

  afterAll(async () => {
    await reeve.close();
    await project.dispose();
  });

  test('most of them can be sent', () => {
    expect(typed.length).toBeGreaterThan(SCHEMAS / 2);
  });

  test('carry what Zod takes, as Zod makes it', async () => {
    for (const [i, { schema, code, values }] of typed.entries()) {
      for (const value of fc.sample(values, { numRuns: VALUES, seed: seed + i })) {
        const { data, error } = schema.safeParse(value);
        seen.length = 0;
        reply = value;
        const returned = await call(i, value);
        expect({ code, issues: error?.issues, seen, returned }).toEqual({ code, seen: [data], returned: data });
      }
    }
  });

  test('take nothing that Zod refuses, and fail with an error of ours', async () => {
    const refusals = new Set<string>();
    const saw: unknown[] = [];
    const wanted: unknown[] = [];
    for (const [i, { schema, code, values }] of typed.entries()) {
      for (const value of fc.sample(hostileValue(values), { numRuns: HOSTILE, seed: seed + i })) {
        seen.length = 0;
        reply = value;
        const [parsed, outcome] = [parse(schema, value), await outcomeOf(call(i, value))];
        if (outcome instanceof ReeveError) refusals.add(outcome.reason);
        else {
          saw.push({ code, seen: [...seen] });
          wanted.push({ code, seen: parsed?.success === true ? [parsed.data] : 'nothing: Zod refuses it' });
        }
      }
    }
    expect(saw).toEqual(wanted);
    expect(saw.length).toBeGreaterThan(0);
    expect(refusals).toContain('invalid_input');
    // A few may be refused on the way back only: to Zod an instance of a class is no record, and its fields are sent.
    expect(['invalid_input', 'invalid_output']).toEqual(expect.arrayContaining([...refusals]));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  async function call(index: number, value: unknown): Promise<unknown> {
    return reeve.client.method(descriptorOf(model), `m${index}`)(value);
  }
});

/** Reads the schemas from their source. Those with a union whose values look alike on the wire are left out. */
async function readAll(
  project: ContractProject,
  all: readonly Typed[],
): Promise<{ typed: Typed[]; model: ServiceModel }> {
  const typed = [...all];
  for (;;) {
    const lines = typed.map(({ code }, i) => `m${i}: both(${code}),`);
    const text = `
export const Chance = service('chance', { version: '1.0.0', methods: {
${lines.join('\n')}
} });
function both<S extends z.ZodType>(schema: S) { return method({ input: schema, output: schema }); }`;
    await project.write('chance.contract.ts', contractText(text));
    try {
      const { services } = await readContracts([path.join(project.folder, 'chance.contract.ts')], project.folder);
      return { typed, model: services[0] as ServiceModel };
    } catch (error) {
      const [, index = ''] = /^chance\.m(\d+)\./.exec((error as CodegenError).path ?? '') ?? [];
      if (index === '' || !String(error).includes('cannot be told apart')) throw error;
      typed.splice(Number(index), 1);
    }
  }
}

function both(schema: Typed['schema']): Method {
  return method({ input: schema, output: schema });
}

/** Undefined where Zod itself gives up: at a getter that throws, or at the end of its stack. */
function parse(schema: Typed['schema'], value: unknown): ReturnType<Typed['schema']['safeParse']> | undefined {
  try {
    return schema.safeParse(value);
  } catch {
    return undefined;
  }
}

async function outcomeOf(calling: Promise<unknown>): Promise<unknown> {
  return calling.catch((error: unknown) => {
    if (error instanceof ReeveError) return error;
    throw error;
  });
}

/** Enough that each kind is met in most others; all three together take a few seconds. */
const SCHEMAS = 60;
const VALUES = 4;
const HOSTILE = 8;
