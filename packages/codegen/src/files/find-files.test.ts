import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContractProject } from '../contract-project.test-support.ts';
import { findFiles } from './find-files.ts';

let project: ContractProject;

beforeAll(async () => {
  const names = [
    'a.contract.ts',
    'src/b.contract.ts',
    'src/x/y/c.contract.ts',
    'src/b.ts',
    '.hidden/d.contract.ts',
    'dist/b.contract.mts',
  ];
  project = await ContractProject.create(Object.fromEntries(names.map((name) => [name, ''])));
});

afterAll(() => project.dispose());

test.each([
  ['*.contract.ts', ['a.contract.ts']],
  ['**/*.contract.ts', ['a.contract.ts', 'src/b.contract.ts', 'src/x/y/c.contract.ts']],
  ['src/**/*.contract.ts', ['src/b.contract.ts', 'src/x/y/c.contract.ts']],
  ['src/**/c.contract.ts', ['src/x/y/c.contract.ts']],
  ['src/*/y/*.ts', ['src/x/y/c.contract.ts']],
  ['src/?.ts', ['src/b.ts']],
  ['{src,dist}/b.contract.{ts,mts}', ['dist/b.contract.mts', 'src/b.contract.ts']],
  ['.hidden/*.ts', ['.hidden/d.contract.ts']],
  ['src/b.ts', ['src/b.ts']],
  ['none/**/*.ts', []],
])('%s', async (pattern, names) => {
  const found = await findFiles([pattern], project.folder);
  expect(found.map((file) => file.slice(project.folder.length + 1))).toEqual(names);
});

test('a file that several patterns name is found once', async () => {
  expect(await findFiles(['src/b.ts', 'src/*.ts'], project.folder)).toHaveLength(2);
});
