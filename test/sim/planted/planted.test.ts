import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { applyPatch, parsePatches, patchedSource } from './patch.ts';
import { PATCHES } from './patches.ts';
import { loadPatches, runPlanted } from './run-planted.ts';
import { RULES } from '../rules.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('planted bugs', () => {
  test.each(PATCHES)('$name: its text stands once', (patch) => {
    expect(patchedSource(patch)).toContain(patch.replacement);
  });

  test('break every promise at least once', () => {
    expect(new Set(PATCHES.map(({ trips }) => trips))).toEqual(new Set(RULES));
  });

  test('break the promises that the docs list', () => {
    const docs = readFileSync(join(root, 'docs/testing.md'), 'utf8');
    const listed = [...docs.matchAll(/^\| ([A-Z]\d+) \| (.*)$/gm)].flatMap(([, rule, what]) => [
      rule,
      ...(what!.match(/\bS\d+[a-z]\b/g) ?? []),
    ]);
    expect(listed).toEqual(RULES);
  });

  test('leave every failure unanswered at least once', () => {
    const named = PATCHES.flatMap(({ why = '' }) => /rows? ([\d ,and]+)/.exec(why)?.[1]?.match(/\d+/g) ?? []);
    const rows = Array.from({ length: 20 }, (_, i) => `${i + 1}`);
    expect(rows.filter((row) => !named.includes(row))).toEqual([]);
  });

  // All of them at once, in a copy: none stands in another's way.
  test('compile', { timeout: 120_000 }, async () => {
    const copy = mkdtempSync(join(tmpdir(), 'reeve-planted-'));
    try {
      for (const name of ['packages', 'tsconfig.base.json', 'tsconfig.core.json', 'package.json']) {
        cpSync(join(root, name), join(copy, name), {
          recursive: true,
          filter: (path) => !/node_modules|dist$/.test(path),
        });
      }
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
      for (const name of ['protocol', 'broker', 'client', 'worker', 'contract']) {
        symlinkSync(join(root, 'packages', name, 'node_modules'), join(copy, 'packages', name, 'node_modules'));
      }
      for (const patch of PATCHES) {
        const path = join(copy, patch.file);
        writeFileSync(path, applyPatch(readFileSync(path, 'utf8'), patch));
      }
      const projects = ['protocol', 'broker', 'client', 'worker'].map((name) => `packages/${name}`);
      const compile = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-b', ...projects], { cwd: copy });
      const said = await compile.then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      );
      // Types of dependencies are found by paths that a copy does not have.
      expect(said.split('\n').filter((line) => line.startsWith('packages/'))).toEqual([]);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  test('are caught: two of them, of those that show soonest', { timeout: 120_000 }, async () => {
    const two = ['S5', 'S6'].map((rule) => PATCHES.find(({ trips }) => trips === rule)!);
    expect(await runPlanted(two, () => undefined)).toEqual({ planted: 2, caught: 2, missed: [] });
  });

  test('that cannot be loaded are missed, and say so in one line', { timeout: 120_000 }, async () => {
    const bug = PATCHES.find(({ trips }) => trips === 'S11')!;
    const lines: string[] = [];
    const report = await runPlanted([{ ...bug, replacement: 'if (this.running <= ) {' }], (line) => lines.push(line));
    expect(report).toEqual({ planted: 1, caught: 0, missed: [bug.name] });
    expect(lines.join('|')).toMatch(/^MISSED .*: a process of the simulation does not start.*$/);
  });
});

describe('a patch', () => {
  const patch = { name: 'p', file: 'f.ts', text: 'a', replacement: 'b', trips: 'S1' };

  test('whose text is gone, or stands twice, is refused', () => {
    expect(() => applyPatch('xyz', patch)).toThrow('planted bug "p": its text stands 0 times in f.ts');
    expect(() => applyPatch('aa', patch)).toThrow('planted bug "p": its text stands 2 times in f.ts');
    expect(applyPatch('cat', patch)).toBe('cbt');
  });

  test('of somebody else is one, or a list, and says what it lacks', () => {
    expect(parsePatches(JSON.stringify(patch))).toEqual([patch]);
    expect(parsePatches(JSON.stringify([patch, patch]))).toHaveLength(2);
    expect(() => parsePatches('{"file":"f.ts"}')).toThrow('patch 1: "text" must be a text');
    const late = JSON.stringify({ ...patch, from: 'x' });
    expect(() => parsePatches(late)).toThrow('p: "from" must be a seed, a whole number');
  });

  test('that could never be caught is refused before anything runs', () => {
    const odd = (change: object): string => JSON.stringify([{ ...patch, ...change }]);
    expect(() => parsePatches('[]')).toThrow('the list of patches is empty');
    expect(() => parsePatches(odd({ trips: 'S12' }))).toThrow(
      'p: "trips" is "S12"; the invariants are S1, S2, S3, S4, S5, S5b, S6,',
    );
    expect(() => parsePatches(odd({ replacement: 'a' }))).toThrow('p: the replacement is the text itself');
    expect(() => patchedSource(patch)).toThrow('planted bug "p": there is no file f.ts, seen from the root');
  });

  test('is read from a file, which errors name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reeve-patch-'));
    try {
      const file = join(folder, 'mine.json');
      expect(() => loadPatches(file)).toThrow('--patch: ENOENT');
      writeFileSync(file, '{ "file": ');
      expect(() => loadPatches(file)).toThrow(`${file}: `);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
