/** What to import and how. */
interface Imports {
  default: string | undefined;
  readonly values: Set<string>;
  readonly types: Set<string>;
}

/**
 * A TypeScript file in the making: knows its imports, comments and indentation.
 *
 * Printing the same twice gives the same text. Imports are collected while the rest is printed.
 */
export class GeneratedFile {
  readonly #preamble: readonly string[];
  readonly #imports = new Map<string, Imports>();
  readonly #exports: string[] = [];
  readonly #lines: string[] = [];
  #indent = 0;

  constructor(preamble: readonly string[]) {
    this.#preamble = preamble;
  }

  /** Imports a value; returns the name it has here. */
  import(name: string, from: string): string {
    this.#importsOf(from).values.add(name);
    return name;
  }

  /** Imports what a module exports as its default, under a name of ours. */
  importDefault(name: string, from: string): string {
    this.#importsOf(from).default = name;
    return name;
  }

  /** Imports a type; returns the name it has here. */
  importType(name: string, from: string): string {
    this.#importsOf(from).types.add(name);
    return name;
  }

  /** Passes types on that another module declares. */
  exportTypes(names: readonly string[], from: string): void {
    this.#exports.push(...namesLines('export type ', names.toSorted(byName), ` from ${stringText(from)};`));
  }

  /** Prints lines at the current depth. A line may hold several, the later ones indented as they are. */
  print(...lines: readonly string[]): void {
    for (const line of lines.flatMap((text) => text.split('\n'))) {
      this.#lines.push(line === '' ? '' : '  '.repeat(this.#indent) + line);
    }
  }

  /** Prints an empty line, unless one is there or a block has just begun. */
  gap(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== '' && !last.endsWith('{')) this.#lines.push('');
  }

  /** Prints a doc comment, if there is something to say. */
  jsDoc(text: string | undefined): void {
    const lines = jsDocLines(text);
    if (lines.length > 0) this.print(...lines);
  }

  /** Prints lines between a first and a last one, indented. */
  block(first: string, body: () => void, last = '}'): void {
    this.print(first);
    this.#indent++;
    body();
    this.#indent--;
    this.print(last);
  }

  toString(): string {
    const sources = [...this.#imports.keys()].toSorted(byPlace);
    const imports = sources.flatMap((from) => importLines(from, this.#importsOf(from)));
    const parts = [this.#preamble, imports, this.#exports, this.#lines].filter((part) => part.length > 0);
    return `${parts.map((part) => part.join('\n').trim()).join('\n\n')}\n`;
  }

  #importsOf(from: string): Imports {
    const known = this.#imports.get(from) ?? {
      default: undefined,
      values: new Set<string>(),
      types: new Set<string>(),
    };
    this.#imports.set(from, known);
    return known;
  }
}

/** Lines of a doc comment; none for an empty text. Nothing in the text can end the comment. */
export function jsDocLines(text: string | undefined): string[] {
  const lines = (text ?? '')
    .replaceAll('*/', '*\\/')
    .trim()
    .split('\n')
    .map((line) => line.trim());
  if (lines.length === 1) return lines[0] === '' ? [] : [`/** ${lines[0]} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

/** A string as a person would write it. */
export function stringText(text: string): string {
  const json = JSON.stringify(text);
  const quoted = `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  return quoted.replaceAll(/[\u2028\u2029]/g, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`);
}

/** A property name, quoted only where it must be. */
export function propertyText(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : stringText(name);
}

/** The name of a method in a type, where `new(…)` would mean what is constructed. */
export function methodText(name: string): string {
  return name === 'new' ? stringText(name) : propertyText(name);
}

/** Width that generated lines keep to where they can. */
export const COLUMNS_MAX = 100;

function importLines(from: string, { default: defaultName, values, types }: Imports): string[] {
  const isType = values.size === 0 && defaultName === undefined;
  const typesOnly = [...types].filter((name) => !values.has(name)).map((name) => (isType ? name : `type ${name}`));
  const names = [...values, ...typesOnly].toSorted(byName);
  const comma = defaultName === undefined || names.length === 0 ? '' : ', ';
  const head = `import ${isType ? 'type ' : ''}${defaultName ?? ''}${comma}`;
  const tail = ` from ${stringText(from)};`;
  if (names.length === 0) return [head + tail];
  return namesLines(head, names, tail);
}

function namesLines(head: string, names: readonly string[], tail: string): string[] {
  const line = `${head}{ ${names.join(', ')} }${tail}`;
  if (line.length <= COLUMNS_MAX || names.length === 1) return [line];
  return [`${head}{`, ...names.map((name) => `  ${name},`), `}${tail}`];
}

/** Packages first, then files, those from further away before those nearby. */
function byPlace(a: string, b: string): number {
  const rank = (from: string): number => (from.startsWith('../') ? 1 : from.startsWith('./') ? 2 : 0);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function byName(a: string, b: string): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey(name: string): string {
  return name.replace('type ', '').toLowerCase();
}
