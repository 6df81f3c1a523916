import type { Logger } from '@reeve/protocol';
import type { Failure } from './failure.ts';
import { logLine, oneLine } from './log-line.ts';
import type { Stream, Terminal } from './terminal.ts';

export interface OutputOptions {
  readonly isJson: boolean;
  /** Whether stack traces are wanted. */
  readonly isDebug: boolean;
}

/**
 * How a command speaks. Its result goes to stdout, everything else to stderr.
 *
 * With `--json` stdout gets exactly one line: the result, or the failure if there was no result before it.
 */
export class Output {
  readonly isJson: boolean;
  readonly #isDebug: boolean;
  readonly #terminal: Terminal;
  #hasResult = false;

  constructor(terminal: Terminal, { isJson, isDebug }: OutputOptions) {
    this.#terminal = terminal;
    this.isJson = isJson;
    this.#isDebug = isDebug;
  }

  /** Whether a person reads the result directly. */
  get isForPeople(): boolean {
    return !this.isJson && this.#terminal.stdout.isTerminal;
  }

  /** Prints the result: as JSON, or as text for people. Called at most once. */
  result(json: object, people: string): void {
    this.#hasResult = true;
    this.#terminal.stdout.write(this.isJson ? `${JSON.stringify(json)}\n` : people);
  }

  /** Prints a line of progress. */
  note(line: string): void {
    this.#terminal.stderr.write(`${line}\n`);
  }

  /** Prints why the command failed. `thrown` is what led to it. */
  fail(failure: Failure, thrown: unknown): void {
    this.complain(failure, thrown);
    if (this.isJson && !this.#hasResult) this.#terminal.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  }

  /** Prints a failure for people: one line, and one on what to do. */
  complain(failure: Failure, thrown: unknown): void {
    const { stderr } = this.#terminal;
    const executed = failure.executed === undefined ? '' : ` (executed: ${failure.executed})`;
    this.note(`${paint(stderr, RED, 'error:')} ${oneLine(failure.message)}${executed}`);
    if (failure.next !== undefined) this.note(`${paint(stderr, DIM, '  next:')} ${oneLine(failure.next)}`);
    if (this.#isDebug) this.note(stackOf(thrown));
  }

  /** Says what takes so long, if it takes longer than a second. */
  async whileWaiting<T>(what: string, work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.note(what), PATIENCE_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A logger for the parts of Reeve that run inside a command. */
  logger(): Logger {
    const { stderr } = this.#terminal;
    return {
      debug: () => undefined,
      info: (fields, message) => this.note(logLine(message, fields)),
      warn: (fields, message) => this.#log(paint(stderr, YELLOW, 'warning:'), fields, message),
      error: (fields, message) => this.#log(paint(stderr, RED, 'error:'), fields, message),
    };
  }

  /** In bold, where the result goes to a terminal. */
  strong(text: string): string {
    return paint(this.#terminal.stdout, BOLD, text);
  }

  #log(word: string, fields: object, message: string): void {
    this.note(`${word} ${logLine(message, fields)}`);
    if (this.#isDebug && 'err' in fields) this.note(stackOf(fields.err));
  }
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const stack = thrown.stack ?? thrown.message;
  return thrown.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(thrown.cause)}`;
}

function paint(stream: Stream, colour: number, text: string): string {
  return stream.hasColour ? `\u001B[${colour}m${text}\u001B[0m` : text;
}

/** Numbers of the terminal's own colours. */
const BOLD = 1;
const DIM = 2;
const RED = 31;
const YELLOW = 33;

/** What takes longer than this wants a word. */
const PATIENCE_MS = 1_000;
