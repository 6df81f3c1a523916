import { describe, expect, it } from 'vitest';
import { documentTitle, pageName } from './page-name.ts';

describe('documentTitle', () => {
  it.each([
    ['.pnpm/zod@4.6.7/node_modules/zod/README.md', 'zod@4.6.7', 'README.md'],
    ['.pnpm/@types+node@20.1.0/node_modules/@types/node/a/b.md', '@types/node@20.1.0', 'a/b.md'],
    ['.pnpm/vite@8.0.0_tsx@4.2.0/node_modules/vite/LICENSE.md', 'vite@8.0.0', 'LICENSE.md'],
    ['marked/README.md', 'marked', 'README.md'],
    ['README.md', '', 'README.md'],
  ])('reads %s', (path, packageName, file) => {
    expect(documentTitle(path)).toEqual({ packageName, file });
  });
});

describe('pageName', () => {
  it('is readable, below the theme, and holds nothing a URL or a file system minds', () => {
    const path = '.pnpm/@types+node@20.1.0/node_modules/@types/node/Ünï "x"/../<b>?#%.md';

    expect(pageName({ path, theme: 'nord' })).toMatch(/^nord\/types-node-20\.1\.0-n-x-\.\.-b-\.md-[0-9a-f]{12}\.html$/);
  });

  it('keeps apart what differs in its case or beyond the readable part only', () => {
    const long = `a/${'x'.repeat(300)}`;
    const paths = ['a/README.md', 'a/readme.md', `${long}1.md`, `${long}2.md`, 'a/ü.md', 'a/ö.md'];

    const names = paths.map((path) => pageName({ path, theme: 'nord' }));

    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(paths.length);
    for (const name of names) expect(name.length).toBeLessThan(120);
  });
});
