import { describe, expect, test } from 'vitest';
import { brokenLinks } from './support/markdown-links.ts';
import { root, type TextFile, writtenFiles } from './support/repository.ts';
import { TIDY_RULES } from './support/tidy-rules.ts';

/** A unit test for the code base itself. To see a rule, read `support/tidy-rules.ts`. */
describe('the tree is tidy', () => {
  // These two hold the rules' own words.
  const files = writtenFiles('.ts', '.md', '.json', '.jsonc', '.yaml', '.yml', '.ci/run').filter(
    ({ path }) => !/^test\/(?:tidy\.test|support\/tidy-rules)\.ts$/.test(path),
  );

  test('there are files to look at', () => {
    expect(files.map(({ path }) => path)).toContain('package.json');
    expect(files.some(({ path }) => path.startsWith('packages/protocol/src/'))).toBe(true);
  });

  test.each(Object.entries(TIDY_RULES))('%s', (_, rule) => {
    expect(files.flatMap(rule)).toEqual([]);
  });
});

describe('links between pages', () => {
  test('lead to a file and a heading that exist', () => {
    expect(writtenFiles('.md').flatMap((page) => brokenLinks(page, root))).toEqual([]);
  });

  test('a link that leads nowhere is found', () => {
    const text = [
      '# A title with `code`, and more',
      '[a](package.json) [b](no-such-file.md) [c](#a-title-with-code-and-more) [d](#elsewhere)',
      '[e](https://example.com/x) `[f](in-code.md)` <img src="no-such-picture.svg">',
      '```md',
      '[g](in-a-fence.md)',
      '```',
      '[h]: no-such-reference.md',
    ].join('\n');
    expect(brokenLinks({ path: 'PAGE.md', text }, root)).toEqual([
      'PAGE.md:2: no-such-file.md: no such file',
      'PAGE.md:2: #elsewhere: no such heading',
      'PAGE.md:3: no-such-picture.svg: no such file',
      'PAGE.md:7: no-such-reference.md: no such file',
    ]);
  });
});

describe('every rule finds what it forbids', () => {
  const CORE = 'packages/broker/src/core/x.ts';
  const SOURCE = 'packages/broker/src/x.ts';
  const TEST = 'packages/broker/src/x.test.ts';
  const offences: readonly [rule: string, path: string, text: string][] = [
    ['fileLength', SOURCE, 'x\n'.repeat(501)],
    ['fileLength', 'README.md', 'x\n'.repeat(201)],
    ['lineLength', SOURCE, 'x'.repeat(121)],
    ['words', SOURCE, '// TODO: later'],
    ['words', 'README.md', 'a seamless experience'],
    ['machinePaths', 'docs/x.md', 'cd /home/alice/reeve'],
    ['machinePaths', 'docs/x.md', 'from https://registry.example.com/x'],
    ['silencers', SOURCE, '// @ts-expect-error: it works'],
    ['silencers', SOURCE, '// oxlint-disable-next-line'],
    ['focusedTests', TEST, "test.only('x', () => {});"],
    ['focusedTests', TEST, "describe.skip('x', () => {});"],
    ['quietPackages', SOURCE, "console.log('x');"],
    ['quietPackages', SOURCE, "process.stdout.write('x');"],
    ['pureCore', CORE, 'const now = Date.now();'],
    ['pureCore', CORE, "import { hash } from 'node:crypto';"],
    ['pureCore', CORE, 'async function f() {}'],
    ['fileNames', 'packages/broker/src/utils.ts', ''],
  ];
  test.each(offences)('%s in %s', (name, path, text) => {
    expect(TIDY_RULES[name]?.({ path, text })).toHaveLength(1);
  });

  const harmless: readonly [rule: string, path: string, text: string][] = [
    ['fileLength', SOURCE, 'x\n'.repeat(500)],
    ['lineLength', SOURCE, 'x'.repeat(120)],
    ['silencers', 'packages/client/src/x.test-d.ts', '// @ts-expect-error: no such method'],
    ['focusedTests', TEST, "describe.skipIf(!requires('ip', 'install it'))('x', () => {});"],
    ['quietPackages', 'packages/cli/src/x.ts', "process.stdout.write('x');"],
    ['quietPackages', SOURCE, '// console.log is not for us'],
    ['pureCore', CORE, '/* no Date.now\n and no await */'],
    ['pureCore', SOURCE, 'const now = Date.now();'],
  ];
  test.each(harmless)('%s leaves %s alone', (name, path, text) => {
    const file: TextFile = { path, text };
    expect(TIDY_RULES[name]?.(file)).toEqual([]);
  });
});
