import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAULTS } from '@reeve/testing';
import { describe, expect, test } from 'vitest';
import { codeBlocks } from '../readme/code-blocks.ts';
import { root } from '../support/repository.ts';

const page = await readFile(join(root, 'docs/testing-your-handlers.md'), 'utf8');

/** The page shows parts of files that run as tests, so what it says works. */
describe('docs/testing-your-handlers.md', () => {
  const blocks = codeBlocks(page);

  test('shows code', () => {
    expect(blocks.length).toBeGreaterThan(4);
    // A block without the name of its file would not be looked at.
    expect(page.match(/^```ts$/gm)).toHaveLength(blocks.length);
  });

  test.each(blocks)('$name holds the code that is shown of it', async ({ name, text }) => {
    expect(await readFile(join(root, name), 'utf8')).toContain(text);
  });

  test('names every fault, and no other', () => {
    const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, fault]) => fault);
    expect(named).toEqual([...FAULTS]);
  });
});
