import type { BigintShape, Shape, Shapes } from './shape.ts';

/**
 * Whether values are as the program has them, or as MessagePack carries them (a Set as an array, a large bigint as a
 * string).
 */
export type Form = 'value' | 'wire';

/** Number of the class of a value: what can be told about it at a glance. The mask of a class `c` is `1 << c`. */
export function classOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'bigint':
      return BIGINT;
    case 'undefined':
      return UNDEFINED;
    case 'object':
      return value === null ? NULL : classOfObject(value);
    default:
      return OTHER;
  }
}

/** Mask of all classes that values of a shape can have. */
export function classesOf(shape: Shape, shapes: Shapes, form: Form, seen: ReadonlySet<string> = new Set()): number {
  switch (shape.kind) {
    case 'ref': {
      const target = shapes[shape.name];
      if (target === undefined || seen.has(shape.name)) return 0;
      return classesOf(target, shapes, form, new Set([...seen, shape.name]));
    }
    case 'union':
      return shape.options.reduce((mask, option) => mask | classesOf(option, shapes, form, seen), 0);
    case 'intersection':
      return classesOf(shape.left, shapes, form, seen) & classesOf(shape.right, shapes, form, seen);
    case 'nullable':
      return classesOf(shape.of, shapes, form, seen) | (1 << NULL);
    case 'literal':
    case 'enum':
      return shape.values.reduce((mask: number, value) => mask | classesOfLiteral(value, form), 0);
    case 'bigint':
      return form === 'wire' && isInt64(shape) ? WIRE_CLASSES.number : FORM_CLASSES[form].bigint;
    default:
      return FORM_CLASSES[form][shape.kind];
  }
}

/** How many classes there are. */
export const CLASS_COUNT = 13;

export const UNDEFINED = 0;
export const NULL = 1;
export const BOOLEAN = 2;
export const NUMBER = 3;
export const BIGINT = 4;
export const STRING = 5;
export const DATE = 6;
export const BYTES = 7;
export const ARRAY = 8;
const SET = 9;
const MAP = 10;
export const OBJECT = 11;
const OTHER = 12;

function classOfObject(value: object): number {
  if (Array.isArray(value)) return ARRAY;
  if (value instanceof Date) return DATE;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Set) return SET;
  if (value instanceof Map) return MAP;
  return OBJECT;
}

function classesOfLiteral(value: string | number | boolean | null, form: Form): number {
  const mask = 1 << classOf(value);
  return form === 'wire' && typeof value === 'number' ? mask | (1 << BIGINT) : mask;
}

/** Whether no bigint of a shape has to travel as its digits. */
function isInt64({ min, max }: BigintShape): boolean {
  return [min, max].every((bound) => bound !== undefined && BigInt.asIntN(64, BigInt(bound)) === BigInt(bound));
}

type PlainKind = Exclude<Shape['kind'], 'ref' | 'union' | 'intersection' | 'nullable' | 'literal' | 'enum'>;

const ALL_CLASSES = (1 << CLASS_COUNT) - 1;

const VALUE_CLASSES: Readonly<Record<PlainKind, number>> = {
  any: ALL_CLASSES,
  never: 0,
  string: 1 << STRING,
  template: 1 << STRING,
  number: 1 << NUMBER,
  bigint: 1 << BIGINT,
  boolean: 1 << BOOLEAN,
  null: 1 << NULL,
  undefined: 1 << UNDEFINED,
  date: 1 << DATE,
  bytes: 1 << BYTES,
  array: 1 << ARRAY,
  tuple: 1 << ARRAY,
  record: 1 << OBJECT,
  object: 1 << OBJECT,
  map: 1 << MAP,
  set: 1 << SET,
};

const WIRE_CLASSES: Readonly<Record<PlainKind, number>> = {
  ...VALUE_CLASSES,
  number: (1 << NUMBER) | (1 << BIGINT),
  bigint: (1 << NUMBER) | (1 << BIGINT) | (1 << STRING),
  undefined: (1 << UNDEFINED) | (1 << NULL),
  map: 1 << ARRAY,
  set: 1 << ARRAY,
};

const FORM_CLASSES = { value: VALUE_CLASSES, wire: WIRE_CLASSES } as const;
