import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '../packages/codegen/src/index.ts';
import { GENERATED_FOLDERS } from './generated-folders.ts';

/** Writes the stubs of every contract in this repository that has some. */
const root = fileURLToPath(new URL('..', import.meta.url));

for (const folder of GENERATED_FOLDERS) {
  const { files } = await generate({
    globs: ['*.contract.ts'],
    cwd: `${root}${folder}`,
    out: 'generated',
    importExtension: 'ts',
  });
  for (const { path, status } of files) {
    if (status !== 'unchanged') process.stdout.write(`${status} ${relative(root, path)}\n`);
  }
}
