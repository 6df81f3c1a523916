import { describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { command } from './command.ts';
import { CommandError } from './failure.ts';
import { hasFlag, parseArgs } from './parse-args.ts';

const TOY: Command = {
  name: 'toy',
  summary: 'play',
  ...command({
    args: [
      { name: 'FIRST', what: 'the first' },
      { name: 'SECOND', what: 'the second', isOptional: true },
    ],
    options: {
      listen: { kind: 'list', value: 'ENDPOINT', what: '' },
      name: { kind: 'text', value: 'NAME', what: '' },
      count: { kind: 'integer', value: 'N', what: '', min: 1, max: 9 },
      check: { kind: 'flag', what: '' },
      ending: { kind: 'choice', choices: ['js', 'ts'], what: '' },
    },
    examples: ['reeve toy'],
    run: () => Promise.resolve(),
  }),
};

describe('what is understood', () => {
  test('options and arguments in any order', () => {
    expect(parseArgs(TOY, ['--listen', 'a', 'x', '--count=3', '--check', '-', '--listen=b', '--ending', 'ts'])).toEqual(
      {
        args: ['x', '-'],
        options: {
          listen: ['a', 'b'],
          name: undefined,
          count: 3,
          check: true,
          ending: 'ts',
          json: false,
          debug: false,
          help: false,
        },
      },
    );
  });

  test('everything after -- is an argument', () => {
    expect(parseArgs(TOY, ['x', '--', '-5']).args).toEqual(['x', '-5']);
    expect(hasFlag(['--', '--json'], '--json')).toBe(false);
    expect(hasFlag(['--json', '--'], '--json')).toBe(true);
  });
});

describe('what is not', () => {
  test.each([
    [['x', '--lisen', 'a'], 'reeve toy has no option --lisen', 'did you mean "--listen"? reeve toy --help shows'],
    [['x', '-q'], 'reeve toy has no option -q', 'reeve toy --help shows'],
    [['x', '--no-check'], 'reeve toy has no option --no-check', 'reeve toy --help shows'],
    [['x', '--constructor'], 'reeve toy has no option --constructor', 'reeve toy --help shows'],
    [[], 'FIRST is missing: the first', 'reeve toy --help shows'],
    [['x', 'y', 'z'], '"z" is one argument too many', 'reeve toy --help shows'],
    [['x', '--name'], '--name needs a value: --name NAME', 'reeve toy --help shows'],
    [['x', '--name', '--json'], '--name needs a value: --name NAME', 'reeve toy --help shows'],
    [['x', '--name='], '--name needs a value: --name NAME', 'reeve toy --help shows'],
    [['x', '--name', 'a', '--name', 'b'], '--name is given twice', 'reeve toy --help shows'],
    [['x', '--check=no'], '--check takes no value', 'reeve toy --help shows'],
    [['x', '--count', '10'], '--count is "10", but must be a whole number from 1 to 9', 'reeve toy --help shows'],
    [['x', '--count', '1.5'], '--count is "1.5", but must be a whole number from 1 to 9', 'reeve toy --help shows'],
    [['x', '--count', ' 3'], '--count is " 3", but must be a whole number from 1 to 9', 'reeve toy --help shows'],
    [['x', '--ending', 'mjs'], '--ending is "mjs", but must be js or ts', 'reeve toy --help shows'],
  ])('%j', (typed, message, next) => {
    const thrown = thrownBy(() => parseArgs(TOY, typed));
    expect(thrown).toBeInstanceOf(CommandError);
    const { failure, exitCode } = thrown as CommandError;
    expect(exitCode).toBe(2);
    expect(failure).toMatchObject({ code: 'invalid_argument', reason: 'bad_usage', message });
    expect(failure.next).toContain(next);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
