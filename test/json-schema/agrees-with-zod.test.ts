import path from 'node:path';
import { type CodegenError, descriptionOf, methodSchema, readContracts } from '@reeve/codegen';
import type { ServiceDescription } from '@reeve/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toJson } from '../../packages/cli/src/to-json.ts';
import { ContractProject, contractText } from '../../packages/codegen/src/contract-project.test-support.ts';
import { hostileValue } from '../zod/hostile-values.ts';
import { type Typed, typedSchema } from '../zod/typed-schema.ts';
import { validator } from './validator.ts';

const seed = Number(process.env['REEVE_SEED'] ?? 20_260_802);

describe(`JSON Schemas of contracts that chance wrote (REEVE_SEED=${seed})`, () => {
  let project: ContractProject;
  let typed: readonly Typed[];
  let service: ServiceDescription;

  beforeAll(async () => {
    project = await ContractProject.create({});
    ({ typed, service } = await readAll(project, fc.sample(typedSchema(), { numRuns: SCHEMAS, seed })));
  });

  afterAll(() => project.dispose());

  test('take what Zod takes, as JSON has it', () => {
    for (const [i, { code, values }] of typed.entries()) {
      const wrongWith = validator(methodSchema(service, `m${i}`), 'input');
      for (const value of fc.sample(values, { numRuns: VALUES, seed: seed + i })) {
        const wrong = wrongWith(json(value));
        expect({ code, value, wrong }).toEqual({ code, value, wrong: [] });
      }
    }
  });

  test("take and refuse what Zod's own take and refuse, where it has one", () => {
    const verdicts = { taken: 0, refused: 0 };
    for (const [i, { schema, code, values }] of typed.entries()) {
      const own = schemaOfZod(schema);
      if (own === undefined) continue;
      const [ours, theirs] = [validator(methodSchema(service, `m${i}`), 'input'), validator(own, 'input')];
      for (const value of fc.sample(hostileValue(values), { numRuns: VALUES, seed: seed + i })) {
        const said = json(value);
        const [isTaken, isWanted] = [ours(said).length === 0, theirs(said).length === 0];
        expect({ code, said, isTaken }).toEqual({ code, said, isTaken: isWanted });
        verdicts[isWanted ? 'taken' : 'refused'] += 1;
      }
    }
    expect(verdicts.taken).toBeGreaterThan(VALUES);
    expect(verdicts.refused).toBeGreaterThan(VALUES);
  });
});

/**
 * What Zod makes of it by itself. It has nothing for dates, bigints, bytes, Sets and Maps, and for an empty tuple what
 * the standard does not allow.
 */
function schemaOfZod(schema: z.ZodType): { properties: object; $defs: unknown } | undefined {
  try {
    const { $schema: _, $defs, ...input } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' });
    const isAllowed = !JSON.stringify(input).includes('"prefixItems":[]');
    return isAllowed ? { properties: { input }, $defs } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the schemas from their source. Those with a union whose values look alike on the wire are left out. */
async function readAll(
  project: ContractProject,
  all: readonly Typed[],
): Promise<{ typed: readonly Typed[]; service: ServiceDescription }> {
  const typed = [...all];
  for (;;) {
    const lines = typed.map(({ code }, i) => `m${i}: method({ input: ${code}, output: z.void() }),`);
    const text = `export const S = service('s', { version: '1.0.0', methods: {\n${lines.join('\n')}\n} });`;
    await project.write('chance.contract.ts', contractText(text));
    try {
      const { services } = await readContracts([path.join(project.folder, 'chance.contract.ts')], project.folder);
      return { typed, service: descriptionOf(services[0]!) };
    } catch (error) {
      const [, index = ''] = /^s\.m(\d+)\./.exec((error as CodegenError).path ?? '') ?? [];
      if (index === '' || !String(error).includes('cannot be told apart')) throw error;
      typed.splice(Number(index), 1);
    }
  }
}

/** The value as a program on the other side of a pipe reads it; null if it cannot be written. */
function json(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(toJson(value)) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

/** Enough that each kind is met in most others. */
const SCHEMAS = 80;
const VALUES = 6;
