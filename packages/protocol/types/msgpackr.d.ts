/**
 * The part of msgpackr that the protocol uses, for `tsconfig.core.json`. Its own declarations speak of `Buffer` and
 * streams; a project without Node's types cannot read them, and one with Node's types would not notice an impure line.
 */

export interface Options {
  readonly useRecords?: boolean;
  readonly mapsAsObjects?: boolean;
  readonly copyBuffers?: boolean;
  readonly structuredClone?: boolean;
  readonly moreTypes?: boolean;
  readonly encodeUndefinedAsNil?: boolean;
  readonly variableMapSize?: boolean;
  /** Whether an object's own `toJSON` is called (left out of msgpackr's own declarations). */
  readonly useToJSON?: boolean;
  /** 'auto': a number where that is exact, else a bigint (left out of msgpackr's own declarations). */
  readonly int64AsType?: 'auto' | 'bigint' | 'number' | 'string';
}

export class Packr {
  constructor(options?: Options);
  pack(value: unknown): Uint8Array;
  unpack(bytes: Uint8Array, range?: { start: number; end: number }): unknown;
}
