import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contractText, ContractProject } from './contract-project.test-support.ts';
import { Generator } from './generate.ts';

function contract(name: string, input: string): string {
  return contractText(`import * as common from './common.ts';
    export const Own = ${input};
    export const S = service('${name}', { version: '1.0.0', methods: {
      go: method({ input: z.object({ own: Own, point: common.Point }), output: z.void() }) } });`);
}

const COMMON = "import { z } from 'zod'; export const Point = z.object({ x: z.number() });";

let project: ContractProject;
let generator: Generator;

beforeEach(async () => {
  project = await ContractProject.create({
    'common.ts': COMMON,
    'a.contract.ts': contract('a', 'z.object({ a: z.string() })'),
    'b.contract.ts': contract('b', 'z.object({ b: z.string() })'),
  });
  generator = new Generator({ globs: ['*.contract.ts'], cwd: project.folder, out: 'generated' });
  await generator.run();
});

afterEach(async () => {
  generator.dispose();
  await project.dispose();
});

/** Writes a file and generates again, knowing which it was; then checks that a fresh run has nothing to add. */
async function change(name: string, text: string): Promise<Record<string, string>> {
  await project.write(name, text);
  const result = await generator.run(new Set([path.join(project.folder, name)]));
  const changed = Object.entries(project.statusOf(result)).filter(([, status]) => status !== 'unchanged');
  const fresh = await project.generate({ check: true });
  expect(fresh.files.filter(({ status }) => status === 'stale')).toEqual([]);
  return Object.fromEntries(changed);
}

describe('generating again after a change', () => {
  test('of a contract writes its files, and leaves the other services alone', async () => {
    const before = await generator.run(new Set());
    expect(await change('a.contract.ts', contract('a', 'z.object({ a: z.int() })'))).toEqual({
      'generated/a.types.ts': 'written',
      'generated/a.descriptor.ts': 'written',
      'generated/a.client.ts': 'written',
      'generated/a.worker.ts': 'written',
      'generated/a.description.ts': 'written',
    });
    const after = await generator.run(new Set());
    const [a, b] = before.services;
    expect(after.services[0]).not.toBe(a);
    expect(after.services[1]).toBe(b);
  });

  test('of what contracts import writes the files of all that import it', async () => {
    expect(await change('common.ts', COMMON.replace('x:', 'y:'))).toMatchObject({
      'generated/shared.ts': 'written',
      'generated/a.descriptor.ts': 'written',
      'generated/b.descriptor.ts': 'written',
    });
  });

  test('of a contract that another one imports does too', async () => {
    const b = contract('b', 'Own2').replace('import *', "import { Own as Own2 } from './a.contract.ts';\nimport *");
    await change('b.contract.ts', b);
    expect(await change('a.contract.ts', contract('a', 'z.object({ n: z.int() })'))).toMatchObject({
      'generated/b.descriptor.ts': 'written',
    });
  });

  test('that makes a shared type private again, and back', async () => {
    expect(await change('b.contract.ts', contract('b', 'z.int()').replace('common.Point', 'z.int()'))).toMatchObject({
      'generated/shared.ts': 'removed',
      'generated/a.types.ts': 'written',
    });
    expect(await change('b.contract.ts', contract('b', 'z.int()'))).toMatchObject({ 'generated/shared.ts': 'written' });
  });

  test('that gives a schema of others another name', async () => {
    const named = contract('a', 'z.int()').replace(
      'export const Own',
      'export const Place = common.Point;\nexport const Own',
    );
    expect(await change('a.contract.ts', named)).toMatchObject({ 'generated/b.types.ts': 'written' });
  });

  test('that is a mistake fails, and goes on when it is put right', async () => {
    const text = contract('a', 'z.object({ a: z.int() })');
    await expect(change('a.contract.ts', text.replace('z.int()', 'z.oops()'))).rejects.toThrow('a.contract.ts');
    expect(generator.sources).toContain(path.join(project.folder, 'a.contract.ts'));
    expect(await change('a.contract.ts', text)).toMatchObject({ 'generated/a.types.ts': 'written' });
  });

  test('of a new contract and of one that goes', async () => {
    expect(await change('c.contract.ts', contract('c', 'z.int()'))).toMatchObject({
      'generated/c.types.ts': 'written',
    });
    await project.remove('b.contract.ts');
    const gone = await generator.run(new Set([path.join(project.folder, 'b.contract.ts')]));
    expect(project.statusOf(gone)).toMatchObject({ 'generated/b.types.ts': 'removed' });
  });

  test('of something else reads everything anew', async () => {
    const [before] = (await generator.run(new Set())).services;
    await project.write('data.json', '{}');
    const [after] = (await generator.run(new Set([path.join(project.folder, 'data.json')]))).services;
    expect(after).not.toBe(before);
    expect(after).toEqual(before);
  });
});
