/** Where a text stops being JSON. */
export interface JsonFault {
  /** Counting from 1. */
  readonly line: number;
  readonly column: number;
  /** What should stand there. */
  readonly expected: string;
  /** What stands there instead. */
  readonly found: string;
}

/** Finds the first place where a text that `JSON.parse` has refused is no JSON: its own messages do not always say. */
export function jsonFault(text: string): JsonFault {
  const scanner = new Scanner(text);
  const expected = scanner.scan();
  const before = text.slice(0, scanner.at).split('\n');
  const rest = text.slice(scanner.at);
  return {
    line: before.length,
    column: before.at(-1)!.length + 1,
    expected,
    found: rest === '' ? 'the end' : `${rest.split('\n', 1)[0]!.slice(0, SHOWN_MAX)}`,
  };
}

/** Goes through the text as far as it is JSON. Keeps its own stack: the nesting may be deeper than that of calls. */
class Scanner {
  at = 0;
  readonly #text: string;
  readonly #open: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Stops at the first fault, and says what should stand there. */
  scan(): string {
    let fault = this.#value();
    while (fault === undefined) {
      const container = this.#open.at(-1);
      if (container === undefined) return 'the end';
      fault = this.#afterItem(container);
    }
    return fault;
  }

  /** Reads up to the end of a scalar, or to the first item of what is opened. */
  #value(): string | undefined {
    this.#take(SPACE);
    if (this.#take(/\{/y)) {
      this.#open.push('}');
      return this.#isNext('}') ? undefined : this.#name('a name in double quotes, or }');
    }
    if (this.#take(/\[/y)) {
      this.#open.push(']');
      return this.#isNext(']') ? undefined : this.#value();
    }
    return this.#take(SCALAR) ? undefined : 'a value: an object, an array, a string in double quotes, or a number';
  }

  #afterItem(container: string): string | undefined {
    if (this.#isNext(container)) {
      this.at += 1;
      this.#open.pop();
      return undefined;
    }
    if (!this.#take(/,/y)) return `, or ${container}`;
    return container === '}' ? this.#name('a name in double quotes') : this.#value();
  }

  #name(expected: string): string | undefined {
    this.#take(SPACE);
    if (!this.#take(STRING)) return expected;
    this.#take(SPACE);
    return this.#take(/:/y) ? this.#value() : ':';
  }

  #isNext(token: string): boolean {
    this.#take(SPACE);
    return this.#text.startsWith(token, this.at);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const SCALAR = new RegExp(
  `${STRING.source}|(?:-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null)(?![\\w.+-])`,
  'y',
);

/** Enough to find the place again. */
const SHOWN_MAX = 20;
