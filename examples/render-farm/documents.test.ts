import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectDocuments, documentBytesMax } from './documents.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'render-farm-'));
});

afterEach(() => rm(root, { recursive: true }));

describe('collectDocuments', () => {
  it('finds Markdown files by their ending, in the order of their paths', async () => {
    await put('b/README.md', 'b');
    await put('.pnpm/a@1/node_modules/a/Changes.MARKDOWN', 'a');
    await put('B/readme.MD', 'B');
    await put('b/code.js', '');
    await put('b/page.mdx', '');
    await put('b/md', '');

    const { documents } = await collectDocuments(root);

    expect(documents.map((document) => document.path)).toEqual([
      '.pnpm/a@1/node_modules/a/Changes.MARKDOWN',
      'B/readme.MD',
      'b/README.md',
    ]);
    expect(documents.map((document) => document.markdown)).toEqual(['a', 'B', 'b']);
  });

  it('meets a file once, although links lead to it and to its folder', async () => {
    await put('.pnpm/a@1/node_modules/a/README.md', 'a');
    await symlink('.pnpm/a@1/node_modules/a', join(root, 'a'));
    await symlink('.pnpm/a@1/node_modules/a/README.md', join(root, 'README.md'));
    await symlink('..', join(root, '.pnpm/up'));

    const { documents } = await collectDocuments(root);

    expect(documents.map((document) => document.path)).toEqual(['.pnpm/a@1/node_modules/a/README.md']);
  });

  it('gives the same paths when the folder itself is a link', async () => {
    await put('real/a/README.md', 'a');
    await symlink('real', join(root, 'node_modules'));

    const { documents } = await collectDocuments(join(root, 'node_modules'));

    expect(documents.map((document) => document.path)).toEqual(['a/README.md']);
  });

  it('leaves out a file above the limit and names it', async () => {
    await put('exact.md', 'x'.repeat(documentBytesMax));
    await put('over.md', 'x'.repeat(documentBytesMax + 1));

    const { documents, tooLarge } = await collectDocuments(root);

    expect(documents.map((document) => document.path)).toEqual(['exact.md']);
    expect(tooLarge).toEqual(['over.md']);
  });

  it('reads UTF-8, without a byte order mark, and bytes that are not UTF-8 as replacements', async () => {
    await put('mark.md', '\uFEFF# Ünïcode');
    await put('wrong.md', Buffer.from([0x41, 0xff, 0x42]));

    const { documents } = await collectDocuments(root);

    expect(documents.map(({ markdown, bytes }) => ({ markdown, bytes }))).toEqual([
      { markdown: '# Ünïcode', bytes: 14 },
      { markdown: 'A\uFFFDB', bytes: 3 },
    ]);
  });
});

async function put(path: string, content: string | Buffer): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
