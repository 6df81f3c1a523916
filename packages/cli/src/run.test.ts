import { describe, expect, test } from 'vitest';
import { COMMANDS, loadCommand } from './commands.ts';
import type { FakeOptions } from './fake-terminal.test-kit.ts';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { parseArgs } from './parse-args.ts';
import { run } from './run.ts';

async function typed(line: string, options?: FakeOptions): Promise<{ code: number; out: string; err: string }> {
  const terminal = new FakeTerminal(options);
  const code = await run(wordsOf(line), terminal);
  return { code, out: terminal.stdout.text, err: terminal.stderr.text };
}

/** Splits a command line as a shell does, as far as the examples need it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('without a command', () => {
  test('help lists the commands', async () => {
    for (const line of ['', '--help', '-h', '--help --json']) {
      const { code, out, err } = await typed(line);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const { name, summary } of COMMANDS) expect(out).toContain(`${name.padEnd(8)}  ${summary}`);
    }
  });

  test('the version', async () => {
    expect((await typed('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { version, node } = JSON.parse((await typed('--version --json')).out) as Record<string, string>;
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(node).toBe(process.versions.node);
  });

  test.each([
    ['cal', 'reeve has no command "cal"', 'did you mean "call"?'],
    ['xyz', 'reeve has no command "xyz"', 'reeve --help lists the commands'],
    ['--listen x', 'reeve has no option --listen', 'options come after a command'],
  ])('bad usage: %s', async (line, message, next) => {
    const { code, out, err } = await typed(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`error: ${message}\n  next: ${next}`);
    const json = await typed(`${line} --json`);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'invalid_argument', reason: 'bad_usage', message } });
  });
});

describe.each(COMMANDS)('reeve $name', ({ name, summary, load }) => {
  test('its help shows what it takes', async () => {
    const { args, options, examples } = await load();
    const { code, out } = await typed(`${name} --help`);
    expect(code).toBe(0);
    expect(out).toContain(`reeve ${name}: ${summary}\n`);
    for (const option of [...Object.keys(options), 'json', 'debug', 'help']) expect(out).toContain(`  --${option}`);
    for (const arg of args) expect(out).toContain(`  ${arg.name}`);
    for (const example of examples) expect(out).toContain(`\n  ${example}\n`);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(JSON.parse((await typed(`${name} --help --json`)).out)).toEqual({ help: out });
  });

  test('its examples can be typed', async () => {
    const command = await loadCommand({ name, summary, load });
    for (const example of command.examples) {
      const [, line = ''] = new RegExp(`reeve ${name}(.*)$`).exec(example) ?? [];
      expect(parseArgs(command, wordsOf(line)).args.length).toBeGreaterThanOrEqual(0);
    }
  });

  test('an option that it has not is bad usage', async () => {
    const { code, err } = await typed(`${name} --no-such-option`);
    expect(code).toBe(2);
    expect(err).toBe(
      `error: reeve ${name} has no option --no-such-option\n` +
        `  next: reeve ${name} --help shows what it takes, with an example\n`,
    );
  });
});

describe('while a command runs', () => {
  const BROKER = 'broker --listen memory://run-test --json';

  test('the first stop drains it', async () => {
    const terminal = new FakeTerminal();
    const running = run(wordsOf(BROKER), terminal);
    await listening(terminal);
    expect(terminal.stop()).toBe(1);
    expect(await running).toBe(0);
    expect(terminal.stop()).toBe(0);
    expect(terminal.stdout.text).toBe(`{"listening":["memory://run-test"],"pid":${process.pid}}\n`);
  });

  test('what nobody catches ends it with one line', async () => {
    const terminal = new FakeTerminal();
    const running = run(wordsOf('broker --listen memory://run-test-crash'), terminal);
    await listening(terminal);
    terminal.crash(new Error('boom'));
    expect(await running).toBe(1);
    expect(terminal.stderr.text).toContain('error: boom\n  next: add --debug');
    terminal.stop();
  });

  test('REEVE_DEBUG shows stack traces', async () => {
    const shown = await typed('call', { env: { REEVE_DEBUG: '1' } });
    const hidden = await typed('call', { env: { REEVE_DEBUG: '0' } });
    expect(shown.err).toMatch(/\n\s+at /);
    expect(hidden.err).not.toMatch(/\n\s+at /);
  });
});

async function listening(terminal: FakeTerminal): Promise<void> {
  while (terminal.stdout.text === '') await new Promise(setImmediate);
}
