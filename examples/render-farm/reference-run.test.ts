import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectDocuments } from './documents.ts';
import { htmlHash } from './html-hash.ts';
import { distinctPairs, pairKey } from './plan.ts';
import { runReference } from './reference-run.ts';
import { createRenderer } from './render.ts';

let nodeModules = '';

beforeEach(async () => {
  nodeModules = await mkdtemp(join(tmpdir(), 'render-farm-'));
  await mkdir(join(nodeModules, 'a'));
  await writeFile(join(nodeModules, 'a', 'README.md'), '# A\n\n```ts\nlet ä = 1;\n```\n');
  await writeFile(join(nodeModules, 'a', 'changes.md'), '- first');
});

afterEach(() => rm(nodeModules, { recursive: true }));

describe('runReference', () => {
  it('gives in another process the hashes that this one computes', async () => {
    const progress: string[] = [];

    const rendered = await runReference({
      nodeModules,
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });

    const { documents } = await collectDocuments(nodeModules);
    const render = await createRenderer();
    const expected = distinctPairs(documents).map((pair) => {
      const html = render(pair.markdown, pair.theme);
      return { key: pairKey(pair), hash: htmlHash(html), htmlBytes: Buffer.byteLength(html) };
    });
    expect(rendered.map(({ key, hash, htmlBytes }) => ({ key, hash, htmlBytes }))).toEqual(expected);
    expect(progress[0]).toBe('0/6');
    expect(progress.at(-1)).toBe('6/6');
  });

  it('stops at the most pairs asked for', async () => {
    expect(await runReference({ nodeModules, pairCountMax: 1 })).toHaveLength(1);
  });

  it('says why it failed', async () => {
    const nowhere = join(nodeModules, 'nowhere');

    await expect(runReference({ nodeModules: nowhere })).rejects.toThrow(/failed: ENOENT.*nowhere/);
  });

  it('ends its process when it is told to', async () => {
    const controller = new AbortController();

    const run = runReference({
      nodeModules,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stop')),
    });

    await expect(run).rejects.toThrow('stop');
  });
});
