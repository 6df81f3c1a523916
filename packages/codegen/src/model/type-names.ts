/** Turns any name into one for a type: `out_of_stock` and `OUT_OF_STOCK` → `OutOfStock`, `lineItem` → `LineItem`. */
export function pascalCase(name: string): string {
  const words = name.split(/(?:[^\p{ID_Continue}]|_)+/u).filter((word) => word !== '');
  const isShouting = name === name.toUpperCase() && /[A-Z]/.test(name);
  const text = words.map(
    (word) => word.charAt(0).toUpperCase() + (isShouting ? word.slice(1).toLowerCase() : word.slice(1)),
  );
  const joined = text.join('');
  if (joined === '') return 'Type';
  return /^\p{ID_Start}/u.test(joined) ? joined : `_${joined}`;
}

/** Turns a name into one for a value: `billing.invoices` → `billingInvoices`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** Gives out names, each once. */
export class NameBook {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The name itself, or with the first number that is free. */
  take(name: string, isFree: (name: string) => boolean): string {
    let free = name;
    for (let i = 2; this.#taken.has(free) || !isFree(free); i++) free = `${name}${i}`;
    this.#taken.add(free);
    return free;
  }
}

/** Names that mean something else in generated code. */
export const RESERVED_TYPE_NAMES: readonly string[] = [
  'Array',
  'CallOptions',
  'Caller',
  'Context',
  'Date',
  'DeclaredError',
  'Error',
  'HandlerErrorData',
  'HandlerInput',
  'HandlerOutput',
  'Map',
  'MethodCall',
  'Object',
  'Omit',
  'Partial',
  'Pick',
  'Promise',
  'Readonly',
  'Record',
  'ReeveError',
  'Result',
  'ServiceBinding',
  'ThreadOptions',
  'UndeclaredError',
  'Set',
  'String',
  'Number',
  'Boolean',
  'Symbol',
  'BigInt',
  'Uint8Array',
];
