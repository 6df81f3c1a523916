import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoOptions, usage, UsageError } from './demo-options.ts';

describe('demoOptions', () => {
  it('needs none', () => {
    const { folder, ...rest } = demoOptions([], '/somewhere');

    expect(rest).toEqual({ documents: undefined, json: false, help: false });
    expect(folder.split(sep).slice(-3)).toEqual(['examples', 'render-farm', 'out']);
  });

  it('reads all of them, and a folder relative to where the caller stands', () => {
    expect(demoOptions(['--documents', '12', '--json', '--out', 'pages', '-h'], '/somewhere')).toEqual({
      documents: 12,
      json: true,
      help: true,
      folder: ['', 'somewhere', 'pages'].join(sep),
    });
  });

  it.each([
    [['--documents', '0'], 'from 1 to 30000'],
    [['--documents', '1.5'], '"1.5"'],
    [['--documents', '30001'], 'from 1 to 30000'],
    [['--documents=-3'], '"-3"'],
    [['--documents'], '--documents'],
    [['--out', ''], '--out FOLDER'],
    [['--jsn'], "'--jsn'"],
    [['many'], "'many'"],
  ])('refuses %j in one line', (args, words) => {
    let thrown: unknown;
    try {
      demoOptions(args, '/');
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(UsageError);
    expect((thrown as UsageError).message).toContain(words);
    expect((thrown as UsageError).message).not.toContain('\n');
  });

  it('has a help that fits a terminal', () => {
    expect(Math.max(...usage.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
