/** What is wrong with a value, and where. Names types and limits, never the value itself. */
export interface Issue {
  /** Such as `lines[3].sku`; empty for the value as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Collects the first few issues of a value, with the path to each. */
export class IssueList {
  readonly items: Issue[] = [];
  readonly #path: (string | number)[] = [];

  get isFull(): boolean {
    return this.items.length >= ISSUES_MAX;
  }

  add(message: string): void {
    if (!this.isFull) this.items.push({ path: pathText(this.#path), message });
  }

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }
}

/** A path as one would write it in code: `lines[3].sku`, `byName["a b"]`. Long ones are cut. */
export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (PLAIN_KEY.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key.slice(0, PATH_LENGTH_MAX))}]`;
    if (text.length > PATH_LENGTH_MAX) return `${text.slice(0, PATH_LENGTH_MAX)}…`;
  }
  return text;
}

/** What a value is, in words for a message. */
export function kindText(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Set) return 'a Set';
  if (value instanceof Map) return 'a Map';
  if (isPromise(value)) return 'a Promise';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'undefined') return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Whatever realm it comes from; the core knows no promises by name. */
export function isPromise(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Promise]';
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]{0,63}$/;

/** As many as help someone who reads them; a value with one systematic mistake has thousands. */
const ISSUES_MAX = 5;

/** Longer than any path that an author would write; keys of records come from outside. */
const PATH_LENGTH_MAX = 200;
