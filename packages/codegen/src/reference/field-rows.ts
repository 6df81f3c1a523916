import type { Shape, Shapes, UnionShape } from '@reeve/protocol';
import { mapParts, reachableFrom } from '../model/map-shape.ts';
import { typeText } from '../print/type-text.ts';
import { factsOf } from './facts.ts';

/** One line about something in a shape. */
export interface FieldRow {
  /** Where it is: `lines[].sku`. Empty: the value itself. */
  readonly path: string;
  /** Its type, on one line: `integer`, `Line[]`, `'a' | 'b'`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly facts: readonly string[];
  readonly doc: string | undefined;
}

/** Tells of everything in a shape, down to where named types begin. Nothing for a shape that holds nothing. */
export function fieldRows(shape: Shape): FieldRow[] {
  if (shape.kind === 'undefined') return [];
  const [whole, parts] = [rowOf(shape, '', true), partRows(shape, '')];
  const saysItAll = shape.kind === 'object' && parts.length > 0 && whole.facts.length === 0;
  return saysItAll ? parts : [whole, ...parts];
}

/** A type on one line. Objects without a name are `object`: their fields have lines of their own. */
function typeWords(shape: Shape): string {
  return typeText(named(shape), -Infinity).replaceAll(/\s*\n\s*/g, ' ');
}

/** The named types that some shapes lead to, in the order in which they occur. */
export function namedShapes(shapes: readonly Shape[], all: Shapes): { name: string; shape: Shape }[] {
  const find = (name: string): Shape | undefined => (Object.hasOwn(all, name) ? all[name] : undefined);
  return reachableFrom(shapes, find).flatMap((name) => {
    const shape = find(name);
    return shape === undefined ? [] : [{ name, shape }];
  });
}

function rowOf(shape: Shape, path: string, isRequired: boolean): FieldRow {
  return { path, type: typeWords(shape), isRequired, facts: factsOf(shape), doc: shape.doc };
}

/** Rows of what is inside of a shape. */
function partRows(shape: Shape, path: string): FieldRow[] {
  switch (shape.kind) {
    case 'object': {
      const { fields, optional, catchall } = shape;
      const rows = Object.entries(fields).flatMap(([name, field]) => {
        const at = path === '' ? name : `${path}.${name}`;
        return [rowOf(field, at, optional?.includes(name) !== true), ...partRows(field, at)];
      });
      return catchall === undefined ? rows : [...rows, ...partRows(catchall, `${path}[]`)];
    }
    case 'array':
    case 'set':
      return partRows(shape.items, `${path}[]`);
    case 'record':
    case 'map':
      return partRows(shape.value, `${path}[]`);
    case 'tuple':
      return [
        ...shape.items.flatMap((item, index) => partRows(item, `${path}[${index}]`)),
        ...(shape.rest === undefined ? [] : partRows(shape.rest, `${path}[]`)),
      ];
    case 'nullable':
      return partRows(shape.of, path);
    case 'intersection':
      return [...partRows(shape.left, path), ...partRows(shape.right, path)];
    case 'union':
      return shape.options.flatMap((option, index) => partRows(option, `${path}(${optionName(shape, index)})`));
    default:
      return [];
  }
}

/** What tells an option from the others: the value of its discriminator, else its number. */
function optionName({ options, discriminator }: UnionShape, index: number): string {
  const option = options[index];
  const field = option?.kind === 'object' && discriminator !== undefined ? option.fields[discriminator] : undefined;
  const isConstant = field?.kind === 'literal' || field?.kind === 'enum';
  return isConstant ? field.values.map(String).join(' or ') : String(index + 1);
}

function named(shape: Shape): Shape {
  if (shape.kind === 'number' && shape.int === true) return { kind: 'ref', name: 'integer' };
  if (shape.kind === 'any') return { kind: 'ref', name: 'any' };
  if (shape.kind === 'object') return { kind: 'ref', name: 'object' };
  return mapParts(shape, named);
}
