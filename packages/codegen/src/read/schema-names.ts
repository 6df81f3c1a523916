import { type $ZodLazy, type $ZodType, type $ZodTypes, globalRegistry } from 'zod/v4/core';
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

  /** Gives what is inside of a named wrapper that name, unless it has one. To be called last. */
  nameInsides(schemas: Iterable<$ZodType>): void {
    for (const schema of schemas) {
      const name = this.#byDef.get(schema._zod.def);
      let inner = schema;
      for (let i = 0; i < WRAPPERS_MAX; i++) inner = insideOf(inner) ?? inner;
      if (name !== undefined && !this.#byDef.has(inner._zod.def)) this.#byDef.set(inner._zod.def, name);
    }
  }

  /** The constant that holds a schema with this definition. */
  ofDef(def: object): string | undefined {
    return this.#byDef.get(def)?.name;
  }

  find(schema: $ZodType): SchemaName | undefined {
    const meta = globalRegistry.get(schema);
    const known = this.#byDef.get(schema._zod.def);
    if (typeof meta?.id === 'string') return { name: meta.id, doc: describe(schema) ?? known?.doc };
    return known;
  }
}

/** What `.describe()` or `.meta({ description, deprecated })` says about a schema. */
export function describe(schema: $ZodType): string | undefined {
  const { description = '', deprecated } = globalRegistry.get(schema) ?? {};
  const text = [description.trim(), ...(deprecated === true ? ['@deprecated'] : [])].filter((part) => part !== '');
  return text.length === 0 ? undefined : text.join('\n\n');
}

/** What a wrapper holds, if values of the two are the same: `const Page = z.object({ … }).default({ … })` is a page. */
function insideOf(schema: $ZodType): $ZodType | undefined {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case 'lazy':
      return (schema as $ZodLazy)._zod.innerType;
    case 'catch':
    case 'default':
    case 'prefault':
    case 'readonly':
      return def.innerType;
    default:
      return undefined;
  }
}

/** Wrappers in wrappers; more is a schema that never ends. */
const WRAPPERS_MAX = 16;
