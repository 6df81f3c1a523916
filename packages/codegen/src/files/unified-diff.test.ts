import { describe, expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i + 1}`);

describe('a diff', () => {
  test('of the same is empty', () => {
    expect(unifiedDiff('a\n', 'a\n', 'x.ts')).toBe('');
  });

  test('shows what changed with three lines around it', () => {
    const before = lines(20);
    const after = before.with(9, 'changed').toSpliced(15, 1);
    expect(unifiedDiff(before.join('\n'), after.join('\n'), 'x.ts').split('\n')).toEqual([
      '--- x.ts',
      '+++ x.ts (generated anew)',
      '@@ -7 +7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+changed',
      ' line 11',
      ' line 12',
      ' line 13',
      ' line 14',
      ' line 15',
      '-line 16',
      ' line 17',
      ' line 18',
      ' line 19',
      '',
    ]);
  });

  test('begins a new part where much is the same between two changes', () => {
    const before = lines(40);
    const text = unifiedDiff(before.join('\n'), before.with(2, 'a').with(30, 'b').join('\n'), 'x.ts');
    expect(text.match(/^@@ .*$/gm)).toEqual(['@@ -1 +1 @@', '@@ -28 +28 @@']);
  });

  test('of a file that is new or goes is all of one sign', () => {
    expect(unifiedDiff('', 'a\nb\n', 'x.ts')).toContain('\n+a\n+b\n');
    expect(unifiedDiff('a\nb\n', '', 'x.ts')).toContain('\n-a\n-b\n');
  });

  test('is cut where it gets long, and quick where there is much to compare', () => {
    const before = lines(5_000).join('\n');
    const after = before.replaceAll('line', 'row');
    expect(unifiedDiff(before, after, 'x.ts')).toContain('… 9941 more lines');
  });
});
