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
    found: rest === '' ? 'the end' : rest.split('\n', 1)[0]!.slice(0, SHOWN_MAX),
  };
}

/** Goes through the text as far as it is JSON. Keeps its own stack: the nesting may be deeper than that of calls. */
class Scanner {
  at = 0;
  readonly #text: string;
  readonly #ends: string[] = [];
  #wantsValue = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** Stops at the first fault, and says what should stand there. */
  scan(): string {
    for (;;) {
      this.#take(SPACE);
      const container = this.#ends.at(-1);
      if (!this.#wantsValue && container === undefined) return 'the end';
      const fault = this.#wantsValue ? this.#value() : this.#afterItem(container!);
      if (fault !== undefined) return fault;
    }
  }

  /** Reads a scalar, or up to the first item of what is opened. */
  #value(): string | undefined {
    if (this.#take(/\{/y)) return this.#begin('}');
    if (this.#take(/\[/y)) return this.#begin(']');
    this.#wantsValue = false;
    return this.#take(SCALAR) ? undefined : 'a value: an object, an array, a string in double quotes, or a number';
  }

  #begin(end: string): string | undefined {
    this.#ends.push(end);
    this.#take(SPACE);
    this.#wantsValue = !this.#text.startsWith(end, this.at);
    return this.#wantsValue && end === '}' ? this.#name('a name in double quotes, or }') : undefined;
  }

  #afterItem(container: string): string | undefined {
    if (this.#take(container === '}' ? /\}/y : /\]/y)) {
      this.#ends.pop();
      return undefined;
    }
    if (!this.#take(/,/y)) return `, or ${container}`;
    this.#wantsValue = true;
    this.#take(SPACE);
    return container === '}' ? this.#name('a name in double quotes') : undefined;
  }

  #name(expected: string): string | undefined {
    if (!this.#take(STRING)) return expected;
    this.#take(SPACE);
    return this.#take(/:/y) ? undefined : ':';
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }
}

const SPACE = /[ \t\r\n]*/y;
/** A string: anything but control characters, and quotes and backslashes only escaped. */
const STRING = /"(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const SCALAR = new RegExp(
  `${STRING.source}|(?:-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null)(?![\\w.+-])`,
  'y',
);

/** Enough to find the place again. */
const SHOWN_MAX = 20;
