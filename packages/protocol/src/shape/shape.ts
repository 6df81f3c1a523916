/**
 * The structure of a value, as plain data that goes through JSON unharmed.
 *
 * A shape says what may cross the wire: types, lengths, ranges and names. It holds no code, so a client can check a
 * value with it and never runs what the author of the contract wrote. What a shape cannot say (refinements, formats)
 * the worker checks.
 */
export type Shape =
  | AnyShape
  | NeverShape
  | StringShape
  | TemplateShape
  | NumberShape
  | BigintShape
  | BooleanShape
  | NullShape
  | UndefinedShape
  | LiteralShape
  | EnumShape
  | DateShape
  | BytesShape
  | ArrayShape
  | TupleShape
  | RecordShape
  | MapShape
  | SetShape
  | ObjectShape
  | UnionShape
  | IntersectionShape
  | NullableShape
  | RefShape;

/** Named shapes that a `ref` may point to. */
export type Shapes = Readonly<Record<string, Shape>>;

interface Documented {
  /** What the author wrote about it. Changes nothing. */
  readonly doc?: string;
  /**
   * What only the worker checks or does, in words that can be compared. For `reeve diff`; never in a descriptor. A
   * description has those of them that say something to people.
   */
  readonly rules?: readonly string[];
}

interface Container extends Documented {
  /** Its type is a read-only one. Changes nothing on the wire. */
  readonly readonly?: boolean;
}

/** Plain data without a schema: what MessagePack itself can carry. A bigint in it may come back as a number. */
export interface AnyShape extends Documented {
  readonly kind: 'any';
}

/** Nothing at all; for fields that must be absent. */
export interface NeverShape extends Documented {
  readonly kind: 'never';
}

export interface StringShape extends Documented {
  readonly kind: 'string';
  /** Least and largest length in Unicode code points. */
  readonly min?: number;
  readonly max?: number;
  /** Name of a format, such as `uuid`. For readers: only the worker checks it. */
  readonly format?: string;
}

/** A string made of fixed text and typed holes. Only the worker checks the parts. */
export interface TemplateShape extends Documented {
  readonly kind: 'template';
  readonly parts: readonly (string | Shape)[];
}

export interface NumberShape extends Documented {
  readonly kind: 'number';
  /** Whole numbers that a double holds exactly. */
  readonly int?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: number;
  readonly exclusiveMax?: number;
}

/** On the wire an integer if it fits 64 bits, else a decimal string. */
export interface BigintShape extends Documented {
  readonly kind: 'bigint';
  /** Least and largest value, as decimal digits. */
  readonly min?: string;
  readonly max?: string;
}

export interface BooleanShape extends Documented {
  readonly kind: 'boolean';
}

export interface NullShape extends Documented {
  readonly kind: 'null';
}

/** No value. On the wire nil, or absent where a field may be absent. */
export interface UndefinedShape extends Documented {
  readonly kind: 'undefined';
}

export interface LiteralShape extends Documented {
  readonly kind: 'literal';
  readonly values: readonly (string | number | boolean | null)[];
}

export interface EnumShape extends Documented {
  readonly kind: 'enum';
  readonly values: readonly (string | number)[];
}

export interface DateShape extends Documented {
  readonly kind: 'date';
  /** Earliest and latest moment, in ms since 1970. */
  readonly min?: number;
  readonly max?: number;
}

export interface BytesShape extends Documented {
  readonly kind: 'bytes';
  readonly min?: number;
  readonly max?: number;
}

export interface ArrayShape extends Container {
  readonly kind: 'array';
  readonly items: Shape;
  readonly min?: number;
  readonly max?: number;
}

export interface TupleShape extends Container {
  readonly kind: 'tuple';
  readonly items: readonly Shape[];
  /** How many of the items must be there. Default: all. */
  readonly required?: number;
  /** Shape of everything after the items. Default: nothing may follow. */
  readonly rest?: Shape;
}

/** An object with keys known only at run time. On the wire a map with string keys. */
export interface RecordShape extends Container {
  readonly kind: 'record';
  readonly key: Shape;
  readonly value: Shape;
  /** Carries along what other keys hold. Which keys are others, only the worker knows. */
  readonly loose?: boolean;
}

/** What the fields of a record can hold: of a loose one, whatever they do. */
export function recordValue({ value, loose = false }: RecordShape): Shape {
  return loose ? { kind: 'union', options: [value, { kind: 'any' }] } : value;
}

/** A Map. On the wire an array of pairs. */
export interface MapShape extends Container {
  readonly kind: 'map';
  readonly key: Shape;
  readonly value: Shape;
  readonly min?: number;
  readonly max?: number;
}

/** A Set. On the wire an array. */
export interface SetShape extends Container {
  readonly kind: 'set';
  readonly items: Shape;
  readonly min?: number;
  readonly max?: number;
}

export interface ObjectShape extends Container {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Shape>>;
  /** Fields that may be absent. */
  readonly optional?: readonly string[];
  /** Those of them whose type does not allow `undefined`. Changes nothing on the wire, where that is absent. */
  readonly exact?: readonly string[];
  /** What happens to other fields: left out (`strip`, the default), refused (`strict`) or carried along (`loose`). */
  readonly unknown?: 'strip' | 'strict' | 'loose';
  /** Shape of other fields; they are carried along. */
  readonly catchall?: Shape;
}

/** One of several. The first option that fits counts, or the one that the discriminator names. */
export interface UnionShape extends Documented {
  readonly kind: 'union';
  readonly options: readonly Shape[];
  /** A field whose value tells the options apart. */
  readonly discriminator?: string;
}

/** Both at once. */
export interface IntersectionShape extends Documented {
  readonly kind: 'intersection';
  readonly left: Shape;
  readonly right: Shape;
}

export interface NullableShape extends Documented {
  readonly kind: 'nullable';
  readonly of: Shape;
}

/** A named shape. */
export interface RefShape extends Container {
  readonly kind: 'ref';
  readonly name: string;
}
