import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContractProject } from './contract-project.test-support.ts';
import { printService } from './generate.ts';
import { printShared, SHARED_FILE } from './print/shared-file.ts';
import type { ServiceModel } from './model/model.ts';
import { printReference } from './reference/print-reference.ts';
import { readContracts } from './read/read-contract.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixtures = fileURLToPath(new URL('../test-fixtures', import.meta.url));

describe.each(['orders', 'everything', 'kinds'])('what is generated for %s', (name) => {
  let texts: { name: string; text: string }[] = [];

  beforeAll(async () => {
    const { services } = await readContracts([path.join(fixtures, name, `${name}.contract.ts`)], fixtures);
    const [service] = services as [ServiceModel];
    texts = printService(service, { out: path.join(fixtures, name, 'generated'), importExtension: 'ts' });
  });

  test.each(['types', 'descriptor', 'client', 'worker', 'description'])('is what was reviewed: %s', async (kind) => {
    const file = texts.find((one) => one.name === `${name}.${kind}.ts`);
    expect(file).toBeDefined();
    await expect(file?.text).toMatchFileSnapshot(path.join(fixtures, name, 'generated', file?.name ?? ''));
  });
});

describe.each(['orders', 'everything'])('schemas and pages of %s', (name) => {
  test('are what was reviewed', async () => {
    const { services } = await readContracts([path.join(fixtures, name, `${name}.contract.ts`)], fixtures);
    const cwd = path.join(fixtures, name, 'generated');
    for (const { folder, texts } of printReference(services, { cwd, jsonSchema: 'schemas', markdown: 'reference' })) {
      for (const one of texts) await expect(one.text).toMatchFileSnapshot(path.join(folder, one.name));
    }
  });
});

test('what is generated for contracts with schemas in common is what was reviewed', async () => {
  const cwd = path.join(fixtures, 'shared');
  const out = path.join(cwd, 'generated');
  const files = ['billing', 'ledger'].map((name) => path.join(cwd, `${name}.contract.ts`));
  const { services } = await readContracts(files, cwd);
  const texts = services.flatMap((service) => printService(service, { out, importExtension: 'ts' }));
  texts.push({ name: SHARED_FILE, text: printShared(services, out) ?? '' });
  for (const { name, text } of texts) await expect(text).toMatchFileSnapshot(path.join(out, name));
});

describe('the compiler accepts what is generated', () => {
  let project: ContractProject;

  beforeAll(async () => {
    project = await ContractProject.create({});
  });

  afterAll(() => project.dispose());

  test('for clients and workers, with the types that Zod infers', { timeout: 60_000 }, async () => {
    expect(await compile(project, [fixtures], {})).toEqual([]);
  });

  test('for clients in a project that emits declarations file by file', { timeout: 60_000 }, async () => {
    const files = ['orders', 'everything', 'kinds'].flatMap((name) =>
      ['types', 'descriptor', 'client'].map((kind) => path.join(fixtures, name, 'generated', `${name}.${kind}.ts`)),
    );
    expect(await compile(project, files, { isolatedDeclarations: true, declaration: true })).toEqual([]);
  });

  test('in a project that is not strict about optional fields', { timeout: 60_000 }, async () => {
    const files = [path.join(fixtures, 'orders', 'generated')];
    const loose = { exactOptionalPropertyTypes: false, noUncheckedIndexedAccess: false };
    expect(await compile(project, files, loose)).toEqual([]);
  });
});

/** Complaints of the compiler about files of ours, under the strict flags of this repository. */
async function compile(project: ContractProject, include: readonly string[], more: object): Promise<string[]> {
  const source = (name: string): string[] => [path.join(root, 'packages', name)];
  const config = {
    extends: path.join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      allowImportingTsExtensions: true,
      typeRoots: [path.join(root, 'node_modules/@types')],
      paths: {
        '@reeve/client': source('client/src/index.ts'),
        '@reeve/worker': source('worker/src/index.ts'),
        msgpackr: source('protocol/types/msgpackr.d.ts'),
      },
      ...more,
    },
    include,
  };
  await writeFile(path.join(project.folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [tsc, '-p', project.folder, '--pretty', 'false'], { cwd: root }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
  // What else is wrong in the repository is not for this test to say.
  return output.split('\n').filter((line) => /^error|codegen\/test-fixtures/.test(line));
}
