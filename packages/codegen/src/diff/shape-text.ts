import type { Shape } from '@reeve/protocol';

/** A shape in a few words, for people who read a change: `string`, `array of Line`, `"a" | "b"`. */
export function shapeText(shape: Shape, depth = 0): string {
  switch (shape.kind) {
    case 'ref':
      return shape.name;
    case 'literal':
    case 'enum':
      return cut(shape.values.map((value) => JSON.stringify(value)));
    case 'array':
    case 'set':
      return depth > 1 ? shape.kind : `${shape.kind} of ${shapeText(shape.items, depth + 1)}`;
    case 'map':
    case 'record':
      return depth > 1 ? shape.kind : `${shape.kind} of ${shapeText(shape.value, depth + 1)}`;
    case 'nullable':
      return `${shapeText(shape.of, depth)} | null`;
    case 'union':
      return cut(shape.options.map((option) => shapeText(option, depth + 1)));
    case 'object':
      return depth > 0 ? 'object' : `{ ${cut(Object.entries(shape.fields).map(fieldText), ', ')} }`;
    case 'string':
      return shape.format ?? 'string';
    case 'number':
      return shape.int === true ? 'integer' : 'number';
    case 'bigint':
      return shape.min !== undefined && shape.min === shape.max ? `${shape.min}n` : 'bigint';
    default:
      return shape.kind;
  }
}

/** A constant tells an option of a union from the others. */
function fieldText([name, shape]: readonly [string, Shape]): string {
  return shape.kind === 'literal' && shape.values.length === 1 ? `${name}: ${shapeText(shape)}` : name;
}

function cut(texts: readonly string[], between = ' | '): string {
  const shown = texts.slice(0, PARTS_SHOWN);
  return [...shown, ...(texts.length > PARTS_SHOWN ? ['…'] : [])].join(between);
}

/** Enough to see what it is about. */
const PARTS_SHOWN = 6;
