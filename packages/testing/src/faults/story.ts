import { inspect } from 'node:util';

/** What happened in a run, for whoever has to find out why it failed. */
export class Story {
  readonly #now: () => number;
  readonly #lines: string[] = [];
  #leftOut = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  tell(who: string, what: string): void {
    if (this.#lines.length >= LINES_MAX) {
      this.#leftOut += 1;
      return;
    }
    this.#lines.push(`${this.#now().toFixed(1).padStart(9)} ms  ${who.padEnd(WHO_COLUMNS)}  ${what}`);
  }

  toString(): string {
    const rest = this.#leftOut === 0 ? [] : [`${this.#leftOut} more lines are left out`];
    return [...this.#lines, ...rest].join('\n');
  }
}

/** An input or output on one line, cut short. */
export function shortly(value: unknown): string {
  const text = inspect(value, { depth: 3, breakLength: Infinity });
  return text.length <= VALUE_COLUMNS_MAX ? text : `${text.slice(0, VALUE_COLUMNS_MAX - 1)}…`;
}

/** More than anybody reads; a story that is longer wants fewer calls. */
const LINES_MAX = 200;
const VALUE_COLUMNS_MAX = 60;
/** `worker 12` and one more. */
const WHO_COLUMNS = 10;
