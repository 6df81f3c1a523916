import { expect, test } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { Output } from './output.ts';
import { wantsColour } from './terminal.ts';

const FAILURE = { code: 'unavailable', reason: 'no_broker', message: 'no\n  broker', next: 'start one' } as const;

test('a result is text for people', () => {
  const terminal = new FakeTerminal();
  new Output(terminal, { isJson: false, isDebug: false }).result({ a: 1 }, 'one\n');
  expect(terminal.stdout.text).toBe('one\n');
});

test('with JSON stdout has one line, be it the result or the failure', () => {
  const [good, bad, both] = [new FakeTerminal(), new FakeTerminal(), new FakeTerminal()];
  new Output(good, { isJson: true, isDebug: false }).result({ a: 'x\ny' }, 'one\n');
  new Output(bad, { isJson: true, isDebug: false }).fail(FAILURE, new Error('x'));
  const output = new Output(both, { isJson: true, isDebug: false });
  output.result({ a: 1 }, 'one\n');
  output.fail(FAILURE, new Error('x'));
  expect(good.stdout.text).toBe('{"a":"x\\ny"}\n');
  expect(bad.stdout.text).toBe(`${JSON.stringify({ error: FAILURE })}\n`);
  expect(both.stdout.text).toBe('{"a":1}\n');
});

test('a failure is one line and a next step', () => {
  const terminal = new FakeTerminal();
  const output = new Output(terminal, { isJson: false, isDebug: false });
  output.fail({ ...FAILURE, executed: 'no' }, new Error('x'));
  expect(terminal.stderr.text).toBe('error: no broker (executed: no)\n  next: start one\n');
  expect(terminal.stdout.text).toBe('');
});

test('a stack trace is shown only on demand, with what caused it', () => {
  const terminal = new FakeTerminal();
  const thrown = new Error('outer', { cause: new Error('inner') });
  new Output(terminal, { isJson: false, isDebug: true }).fail(FAILURE, thrown);
  expect(terminal.stderr.text).toMatch(/Error: outer\n\s+at .*\n.*caused by: Error: inner\n\s+at /s);
});

test('colours are for terminals', () => {
  const terminal = new FakeTerminal({ hasColour: true });
  new Output(terminal, { isJson: false, isDebug: false }).fail(FAILURE, new Error('x'));
  expect(terminal.stderr.text).toBe('\u001B[31merror:\u001B[0m no broker\n\u001B[2m  next:\u001B[0m start one\n');
  expect(wantsColour(true, {})).toBe(true);
  expect(wantsColour(false, {})).toBe(false);
  expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
  expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
});

test('the log goes to stderr', () => {
  const terminal = new FakeTerminal();
  const logger = new Output(terminal, { isJson: true, isDebug: false }).logger();
  logger.debug({}, 'not worth a line');
  logger.info({}, 'ready');
  logger.warn({ why: 'x' }, 'careful');
  logger.error({ err: 'boom' }, 'failed');
  expect(terminal.stderr.text).toBe('ready\nwarning: careful (why: x)\nerror: failed: boom\n');
  expect(terminal.stdout.text).toBe('');
});
