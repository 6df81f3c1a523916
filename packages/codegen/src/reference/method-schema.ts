import type { MethodDescription, ServiceDescription, Shape } from '@reeve/protocol';
import { DRAFT, type JsonSchema, SchemaPrinter } from './json-schema.ts';

/**
 * Describes a method as one JSON Schema: an object whose `input` is what callers send, whose `output` is what they get,
 * and whose `error` is how a failure reads that the contract declares. Named types are in `$defs`, by the names that
 * they have in the stubs. Throws if there is no such method.
 *
 * `comment`: stands at the top, for a file that was generated.
 */
export function methodSchema(
  { name, methods, shapes }: ServiceDescription,
  method: string,
  comment?: string,
): JsonSchema {
  const description = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (description === undefined) throw new RangeError(`the service "${name}" has no method "${method}"`);
  const { doc, input, output, errors } = description;
  const printer = new SchemaPrinter(shapes);
  const definitions = printer.definitions(shapesOf(description));
  const declared = Object.entries(errors);
  return {
    ...(comment === undefined ? {} : { $comment: comment }),
    $schema: DRAFT,
    title: `${name}.${method}`,
    ...(doc === undefined ? {} : { description: doc }),
    type: 'object',
    properties: {
      input: printer.print(input),
      output: printer.print(output),
      ...(declared.length === 0 ? {} : { error: { anyOf: declared.map(([one, error]) => errorSchema(one, error)) } }),
    },
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  };

  function errorSchema(declaredName: string, error: MethodDescription['errors'][string]): JsonSchema {
    return {
      type: 'object',
      ...(error.doc === undefined ? {} : { description: error.doc }),
      properties: {
        declared: { const: declaredName },
        code: { const: error.code },
        ...(error.data === undefined ? {} : { data: printer.print(error.data) }),
      },
      required: ['declared', 'code', ...(error.data === undefined ? [] : ['data'])],
    };
  }
}

/** Everything that crosses the wire for a method: input, output, data of errors. */
export function shapesOf({ input, output, errors }: MethodDescription): Shape[] {
  return [input, output, ...Object.values(errors).flatMap(({ data }) => (data === undefined ? [] : [data]))];
}
