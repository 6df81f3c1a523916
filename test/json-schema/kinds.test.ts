import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { descriptionOf, methodSchema, readContracts } from '@reeve/codegen';
import type { ServiceDescription } from '@reeve/protocol';
import { compileShape } from '@reeve/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import { Kinds } from '../../packages/codegen/test-fixtures/kinds/kinds.contract.ts';
import { KINDS_VALUES } from '../zod/kinds-values.ts';
import { fromJson } from '../../packages/cli/src/from-json.ts';
import { toJson } from '../../packages/cli/src/to-json.ts';
import { validator } from './validator.ts';

/** For each kind of schema: its JSON Schema takes what the command line prints, and nothing that Reeve refuses. */

const fixtures = fileURLToPath(new URL('../../packages/codegen/test-fixtures/', import.meta.url));

let service: ServiceDescription;

beforeAll(async () => {
  const { services } = await readContracts([path.join(fixtures, 'kinds/kinds.contract.ts')], fixtures);
  service = descriptionOf(services[0]!);
});

describe.each(Object.entries(KINDS_VALUES))('%s', (name, { good, bad }) => {
  test('takes what callers send, as JSON has it', () => {
    const wrongWith = validator(methodSchema(service, name), 'input');
    expect(good.map(json).flatMap(wrongWith)).toEqual([]);
  });

  test('takes what callers get, as JSON has it', async () => {
    const schema = Kinds.methods[name as keyof typeof Kinds.methods].output;
    const outputs = await Promise.all(good.map((value): Promise<unknown> => schema.parseAsync(value)));
    const wrongWith = validator(methodSchema(service, name), 'output');
    expect(outputs.map(json).flatMap(wrongWith)).toEqual([]);
  });

  test.skipIf(BOUNDED_TEXTS.includes(name))('refuses what Reeve refuses when it reads that JSON', () => {
    const { input } = service.methods[name]!;
    const { check } = compileShape(input, service.shapes);
    // Some of it is fine once it is JSON, where a Map without entries is an array without items.
    const refused = bad.map(json).filter((said) => check(fromJson(said, input, service.shapes)).length > 0);
    const wrongWith = validator(methodSchema(service, name), 'input');
    expect(refused.filter((said) => wrongWith(said).length === 0)).toEqual([]);
  });
});

/** The value as a program on the other side of a pipe reads it. */
function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(toJson(value))) as unknown;
}

/** JSON Schema cannot bound what a text stands for: these bounds are in words there. */
const BOUNDED_TEXTS: readonly string[] = ['bigintRange', 'date', 'int64', 'uint64'];
