import type { FieldsOf } from './fields.ts';

/** Widths of the integers that hot records are made of. `u53` takes eight bytes, of which 53 bits are used. */
export const WIDTHS = { u8: 1, u16: 2, u32: 4, u53: 8, bytes16: 16 } as const;

export type Width = keyof typeof WIDTHS;

/**
 * A hot record: fixed fields at fixed offsets, then byte strings whose lengths are among the fields.
 *
 * Codecs read `at` for the offsets, the specification prints the same object.
 */
export interface FixedRecord<Name extends string = string> {
  readonly form: 'fixed';
  readonly type: number;
  readonly name: string;
  readonly from: Direction;
  readonly doc: string;
  /** Bytes of all fixed fields. */
  readonly bytes: number;
  readonly at: { readonly [K in Name]: number };
  readonly fields: FixedFields<Name>;
  /** What follows the fixed fields, in words. */
  readonly rest: string;
}

export type FixedFields<Name extends string> = { readonly [K in Name]: readonly [width: Width, doc: string] };

/** A cold record: one MessagePack map that reads as `T`. */
export interface MapRecord<T> {
  readonly form: 'map';
  readonly type: number;
  readonly name: string;
  readonly from: Direction;
  readonly doc: string;
  readonly fields: FieldsOf<T>;
}

/** A record that a later version will define. Its number is taken. */
export interface ReservedRecord {
  readonly form: 'reserved';
  readonly type: number;
  readonly name: string;
  readonly from: Direction;
  readonly doc: string;
}

export type Direction =
  | 'client → broker'
  | 'broker → client'
  | 'worker → broker'
  | 'broker → worker'
  | 'peer → broker'
  | 'broker → peer'
  | 'both';

export function fixedRecord<Name extends string>(
  type: number,
  name: string,
  from: Direction,
  doc: string,
  fields: FixedFields<Name>,
  rest: string = '',
): FixedRecord<Name> {
  const at = {} as Record<Name, number>;
  let bytes = 0;
  for (const [field, [width]] of Object.entries(fields) as [Name, readonly [Width, string]][]) {
    at[field] = bytes;
    bytes += WIDTHS[width];
  }
  return { form: 'fixed', type, name, from, doc, bytes, at, fields, rest };
}

export function mapRecord<T>(
  type: number,
  name: string,
  from: Direction,
  doc: string,
  fields: FieldsOf<T>,
): MapRecord<T> {
  return { form: 'map', type, name, from, doc, fields };
}

export function reservedRecord(type: number, name: string, from: Direction, doc: string): ReservedRecord {
  return { form: 'reserved', type, name, from, doc };
}
