import type { Position } from '../codegen-error.ts';

/** Where in a contract the reader is. */
export interface Place {
  /** Such as `orders.place.input.lines[].sku`. */
  readonly path: string;
  readonly position: Position | undefined;
}

/** A schema that cannot be read from the side in question. Becomes a `CodegenError` if that side crosses the wire. */
export class Refusal extends Error {
  readonly place: Place;
  readonly hint: string;

  constructor(place: Place, problem: string, hint: string) {
    super(problem);
    this.place = place;
    this.hint = hint;
  }
}

/** The place of a part: `[]` and `.name` are appended as they are written in code. */
export function inside({ path, position }: Place, part: string, nearer?: Position): Place {
  return { path: part.startsWith('[') ? path + part : `${path}.${part}`, position: nearer ?? position };
}
