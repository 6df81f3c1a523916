import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageName } from './page-name.ts';
import { Pages } from './pages.ts';
import type { PairName } from './plan.ts';
import { themes } from './themes.ts';

const nasty = '.pnpm/a@1/node_modules/a/<img src=x onerror=alert(1)>"&.md';

let folder = '';

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'render-farm-')), 'out');
});

afterEach(() => rm(dirname(folder), { recursive: true }));

describe('Pages', () => {
  it('links every page from the index, and every link leads to a page', async () => {
    const pairs: PairName[] = ['b/B.md', nasty, 'a/A.md'].flatMap((path) =>
      themes.map(({ name }) => ({ path, theme: name })),
    );
    const pages = await Pages.create(folder, pairs);
    for (const pair of pairs) pages.add(pair, '<p>hello</p>');

    const index = await readFile(await pages.finish('facts'), 'utf8');

    const links = [...index.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(links.toSorted()).toEqual(pairs.map(pageName).toSorted());
    for (const link of links) {
      expect(await readFile(join(folder, link), 'utf8')).toContain('<p>hello</p>');
    }
  });

  it('links a page to the other themes of the run, and to no page that will not be there', async () => {
    const pairs: PairName[] = [
      { path: 'a/A.md', theme: 'nord' },
      { path: 'a/A.md', theme: 'github-light' },
      { path: 'b/B.md', theme: 'vitesse-dark' },
    ];
    const pages = await Pages.create(folder, pairs);
    for (const pair of pairs) pages.add(pair, '');
    await pages.finish('');

    const page = await readFile(join(folder, pageName({ path: 'a/A.md', theme: 'nord' })), 'utf8');

    const links = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
    expect(links).toEqual(['../index.html', `../${pageName({ path: 'a/A.md', theme: 'github-light' })}`]);
  });

  it('escapes what it takes from a path, in the index and on the page', async () => {
    const pages = await Pages.create(folder, []);
    pages.add({ path: nasty, theme: 'nord' }, '');

    const index = await readFile(await pages.finish('1 < 2'), 'utf8');
    const page = await readFile(join(folder, pageName({ path: nasty, theme: 'nord' })), 'utf8');

    for (const html of [index, page]) {
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;.md');
      expect(html).not.toContain('<img');
    }
    expect(index).toContain('1 &lt; 2');
  });

  it('forbids scripts and anything loaded from elsewhere', async () => {
    const pages = await Pages.create(folder, []);
    pages.add({ path: 'a/A.md', theme: 'nord' }, '<script>alert(1)</script>');

    await pages.finish('');

    const page = await readFile(join(folder, pageName({ path: 'a/A.md', theme: 'nord' })), 'utf8');
    const policy = page.indexOf(`content="default-src 'none'; style-src 'unsafe-inline';`);
    expect(policy).toBeGreaterThan(0);
    expect(policy).toBeLessThan(page.indexOf('alert'));
  });

  it('writes a pair once and lists the documents by path', async () => {
    const pages = await Pages.create(folder, []);
    pages.add({ path: 'b/B.md', theme: 'nord' }, 'first');
    pages.add({ path: 'b/B.md', theme: 'nord' }, 'second');
    pages.add({ path: 'a/A.md', theme: 'nord' }, '');

    const index = await readFile(await pages.finish(''), 'utf8');

    expect(index.indexOf('A.md')).toBeLessThan(index.indexOf('B.md'));
    expect(await readdir(join(folder, 'nord'))).toHaveLength(2);
    const page = await readFile(join(folder, pageName({ path: 'b/B.md', theme: 'nord' })), 'utf8');
    expect(page).toContain('first');
  });

  it('leaves no page of an earlier run', async () => {
    await mkdir(join(folder, 'nord'), { recursive: true });
    await writeFile(join(folder, 'nord', 'old.html'), '');

    await Pages.create(folder, []);

    expect(await readdir(join(folder, 'nord'))).toEqual([]);
  });

  it('leaves alone what is no page', async () => {
    await mkdir(join(folder, 'nord'), { recursive: true });
    await writeFile(join(folder, 'nord', 'picture.png'), '');
    await writeFile(join(folder, 'notes.html'), '');

    await Pages.create(folder, []);

    expect(await readdir(join(folder, 'nord'))).toEqual(['picture.png']);
    expect(await readdir(folder)).toContain('notes.html');
  });

  it('reports a page that could not be written', async () => {
    const pages = await Pages.create(folder, []);
    await rm(folder, { recursive: true });
    pages.add({ path: 'a/A.md', theme: 'nord' }, '');

    await expect(pages.finish('')).rejects.toThrow('ENOENT');
  });
});
