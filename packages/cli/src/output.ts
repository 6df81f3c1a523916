import type { Logger } from '@reeve/protocol';
import type { Failure } from './failure.ts';
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

  /** Prints a failure. `thrown` is what led to it. */
  fail(failure: Failure, thrown: unknown): void {
    const { stderr, stdout } = this.#terminal;
    const executed = failure.executed === undefined ? '' : ` (executed: ${failure.executed})`;
    stderr.write(`${paint(stderr, RED, 'error:')} ${oneLine(failure.message)}${executed}\n`);
    if (failure.next !== undefined) stderr.write(`${paint(stderr, DIM, '  next:')} ${oneLine(failure.next)}\n`);
    if (this.#isDebug) stderr.write(`${stackOf(thrown)}\n`);
    if (this.isJson && !this.#hasResult) stdout.write(`${JSON.stringify({ error: failure })}\n`);
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
    return {
      debug: () => undefined,
      info: (_, message) => this.note(message),
      warn: (fields, message) => this.#log(YELLOW, 'warning:', fields, message),
      error: (fields, message) => this.#log(RED, 'error:', fields, message),
    };
  }

  /** In bold, where the result goes to a terminal. */
  strong(text: string): string {
    return paint(this.#terminal.stdout, BOLD, text);
  }

  #log(colour: number, word: string, fields: object, message: string): void {
    const thrown: unknown = 'err' in fields ? fields.err : undefined;
    const why = thrown === undefined ? '' : `: ${oneLine(thrown instanceof Error ? thrown.message : String(thrown))}`;
    this.note(`${paint(this.#terminal.stderr, colour, word)} ${message}${why}`);
    if (this.#isDebug && thrown !== undefined) this.note(stackOf(thrown));
  }
}

/** A message of somebody else's may have several lines; ours has one. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
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
