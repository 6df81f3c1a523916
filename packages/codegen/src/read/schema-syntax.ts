import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import { ts } from 'ts-morph';
import type { Position } from '../codegen-error.ts';
import { docOf, propertyOf, type SourceText, valueOf } from './source-text.ts';

/** Where a field of a live schema was written, and what was written about it. */
export interface FieldSyntax {
  readonly doc: string | undefined;
  readonly position: Position;
}

/**
 * Finds the source of live schemas.
 *
 * An expression and the schema it made are walked side by side, as far as the code is written the usual way:
 * `z.object({ … })`, `z.array(…)`, chains of methods. What is written in some other way has no comments, that is all.
 */
export class SchemaSyntax {
  readonly #fields = new Map<object, Map<string, FieldSyntax>>();
  readonly #branded = new Set<object>();

  field(schema: $ZodType, name: string): FieldSyntax | undefined {
    return this.#fields.get(schema._zod.def)?.get(name);
  }

  /** Whether `.brand()` was called on it. */
  isBranded(schema: $ZodType): boolean {
    return this.#branded.has(schema._zod.def);
  }

  link(expression: ts.Expression | undefined, schema: $ZodType, source: SourceText): void {
    if (expression === undefined) return;
    const call = source.resolve(expression);
    if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return;
    const { name, expression: receiver } = call.expression;
    const { def } = (schema as $ZodTypes)._zod;
    const [first, second] = call.arguments;
    if (name.text === 'brand') this.#branded.add(def);
    const isFactory = ts.isIdentifier(receiver) && source.initializer(receiver.text) === undefined;
    if (!isFactory) this.#linkChain(receiver, name.text, schema, source);
    switch (def.type) {
      case 'object':
        if (OBJECT_MAKERS.has(name.text)) this.#linkFields(first, schema, source);
        break;
      case 'array':
        if (isFactory) this.link(first, def.element, source);
        break;
      case 'set':
        this.link(first, def.valueType, source);
        break;
      case 'map':
      case 'record':
        this.link(second, def.valueType, source);
        break;
      case 'union':
        this.#linkList(
          isFactory ? (name.text === 'discriminatedUnion' ? second : first) : undefined,
          def.options,
          source,
        );
        break;
      case 'tuple':
        this.#linkList(first, def.items, source);
        break;
      default:
        if (isFactory && 'innerType' in def) this.link(first, def.innerType, source);
    }
  }

  /** `receiver.method(…)`: the method wraps the receiver's schema, or makes a like one. */
  #linkChain(receiver: ts.Expression, method: string, schema: $ZodType, source: SourceText): void {
    const { def } = (schema as $ZodTypes)._zod;
    if (def.type === 'pipe') this.link(receiver, def.in, source);
    else if (def.type === 'array' && method === 'array') this.link(receiver, def.element, source);
    else if ('innerType' in def && WRAPPERS.has(method)) this.link(receiver, def.innerType, source);
    else this.link(receiver, schema, source);
  }

  #linkFields(literal: ts.Expression | undefined, schema: $ZodType, source: SourceText): void {
    const { def } = (schema as $ZodTypes)._zod;
    if (literal === undefined || def.type !== 'object') return;
    const object = source.resolve(literal);
    const fields = this.#fields.get(def) ?? new Map<string, FieldSyntax>();
    this.#fields.set(def, fields);
    for (const [name, field] of Object.entries(def.shape)) {
      const property = propertyOf(object, name);
      if (property === undefined || fields.has(name)) continue;
      fields.set(name, { doc: docOf(property), position: source.positionOf(property) });
      this.link(valueOf(property), field, source);
    }
  }

  #linkList(list: ts.Expression | undefined, schemas: readonly $ZodType[], source: SourceText): void {
    if (list === undefined || !ts.isArrayLiteralExpression(list)) return;
    for (const [index, element] of list.elements.entries()) {
      const schema = schemas[index];
      if (schema !== undefined) this.link(element, schema, source);
    }
  }
}

const OBJECT_MAKERS: ReadonlySet<string> = new Set(['object', 'strictObject', 'looseObject', 'extend', 'safeExtend']);

const WRAPPERS: ReadonlySet<string> = new Set([
  'optional',
  'exactOptional',
  'nullable',
  'nullish',
  'default',
  'prefault',
  'catch',
  'readonly',
  'nonoptional',
]);
