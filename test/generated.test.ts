import { fileURLToPath } from 'node:url';
import { generate } from '@reeve/codegen';
import { expect, test } from 'vitest';
import { GENERATED_FOLDERS } from '../scripts/generated-folders.ts';

test.each(GENERATED_FOLDERS)(
  'the stubs in %s are what their contracts give (if not: corepack pnpm generate)',
  async (folder) => {
    const { files } = await generate({
      globs: ['*.contract.ts'],
      cwd: fileURLToPath(new URL(`../${folder}`, import.meta.url)),
      out: 'generated',
      importExtension: 'ts',
      check: true,
    });
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((f) => f.status !== 'unchanged')).toEqual([]);
  },
);
