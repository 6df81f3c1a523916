import type { Code } from './codes.ts';
import type { Shape, Shapes } from './shape/shape.ts';

/**
 * What a contract says to people, as plain data: a descriptor with the docs, and without what only machines compare.
 *
 * Reference pages and JSON Schemas are printed from it, and a worker sends it when it is asked to DESCRIBE a service.
 */
export interface ServiceDescription {
  readonly name: string;
  readonly version: string;
  readonly doc?: string;
  readonly methods: Readonly<Record<string, MethodDescription>>;
  /** Named shapes that `{ kind: 'ref', name }` points to. */
  readonly shapes: Shapes;
}

export interface MethodDescription {
  readonly fingerprint: string;
  readonly doc?: string;
  /** Whether the handler may be started more than once for one call. */
  readonly idempotent: boolean;
  /** Paths into the input whose values make the key. Empty: no key. */
  readonly key: readonly string[];
  readonly timeoutMs: number;
  /** How long its handler may be at work without a sign of life. Absent: until the deadline. */
  readonly leaseMs?: number;
  /** Its handler goes on when its caller is gone. Absent: it does not. */
  readonly finish?: boolean;
  /** What callers send. Its shapes may have docs, and those rules that say something to people. */
  readonly input: Shape;
  /** What callers get. */
  readonly output: Shape;
  readonly errors: Readonly<Record<string, ErrorDescription>>;
}

export interface ErrorDescription {
  readonly code: Code;
  readonly doc?: string;
  readonly data?: Shape;
}
