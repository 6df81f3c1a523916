/** Where something stands in a source file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface CodegenErrorDetails {
  readonly position?: Position | undefined;
  /** Where in the contract: `orders.place.input.lines[].at`. */
  readonly path?: string | undefined;
  /** What to do about it. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** A mistake in a contract that only shows when code is generated from it. One line, with the next step. */
export class CodegenError extends Error {
  override readonly name: string = 'CodegenError';
  readonly position: Position | undefined;
  readonly path: string | undefined;
  readonly hint: string;

  constructor(problem: string, { position, path, hint, cause }: CodegenErrorDetails) {
    const where = [position === undefined ? undefined : positionText(position), path].filter(Boolean).join(' ');
    super(`${where === '' ? '' : `${where}: `}${problem} ${hint}`, cause === undefined ? undefined : { cause });
    this.position = position;
    this.path = path;
    this.hint = hint;
  }
}

/** In the form that terminals and editors turn into a link. */
function positionText({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
