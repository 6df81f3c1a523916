import { type $ZodLazy, type $ZodType, globalRegistry } from 'zod/v4/core';
import { docOf } from './source-text.ts';

/** What a schema is called and what was written about it. */
export interface SchemaName {
  readonly name: string;
  readonly doc: string | undefined;
}

/**
 * Names of live schemas: `.meta({ id })`, or the constant that holds them.
 *
 * Keyed by what defines a schema, so that `.describe()` and `.meta()`, which copy it, do not lose the name.
 */
export class SchemaNames {
  readonly #byDef = new Map<object, SchemaName>();

  /** The first name counts; so exported constants are to be added before others. */
  add(schema: $ZodType, name: string, node: Parameters<typeof docOf>[0]): void {
    const { def } = schema._zod;
    if (!this.#byDef.has(def)) this.#byDef.set(def, { name, doc: docOf(node) });
  }

  /** Gives what is inside of a named lazy schema that name, unless it has one. To be called last. */
  nameInsides(schemas: Iterable<$ZodType>): void {
    for (const schema of schemas) {
      const name = this.#byDef.get(schema._zod.def);
      let inner = schema;
      for (let i = 0; i < LAZY_MAX && inner._zod.def.type === 'lazy'; i++) inner = (inner as $ZodLazy)._zod.innerType;
      if (name !== undefined && !this.#byDef.has(inner._zod.def)) this.#byDef.set(inner._zod.def, name);
    }
  }

  find(schema: $ZodType): SchemaName | undefined {
    const meta = globalRegistry.get(schema);
    const known = this.#byDef.get(schema._zod.def);
    if (typeof meta?.id === 'string') return { name: meta.id, doc: describe(schema) ?? known?.doc };
    return known;
  }
}

/** What `.describe()` or `.meta({ description })` says about a schema. */
export function describe(schema: $ZodType): string | undefined {
  const description = globalRegistry.get(schema)?.description;
  return description === undefined || description.trim() === '' ? undefined : description.trim();
}

/** Lazy schemas in lazy schemas; more is one that never ends. */
const LAZY_MAX = 16;
