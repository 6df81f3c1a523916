import type { Code } from './codes.ts';
import type { Shape } from './shape/shape.ts';

/** Plain data about one service, made by `reeve gen`, read by client, worker, broker and CLI. */
export interface ServiceDescriptor {
  readonly name: string;
  readonly version: string;
  readonly doc?: string;
  readonly methods: Readonly<Record<string, MethodDescriptor>>;
  /** Named shapes that `{ kind: 'ref', name }` points to: shared and recursive types. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Plain data about one method. */
export interface MethodDescriptor {
  readonly name: string;
  /** 32 hex digits: a hash over input, output, errors, delivery and key. Names, docs and timeouts do not change it. */
  readonly fingerprint: string;
  /** Fingerprints of other versions whose callers a worker of this one serves. */
  readonly accepts: readonly string[];
  /** Other versions whose callers it cannot serve, with the reason. Absent: it knows of none. */
  readonly refuses?: readonly RefusedContract[];
  /** Fingerprints of other versions whose workers a caller of this one gets on with. Absent: it knows of none. */
  readonly acceptsWorkers?: readonly string[];
  /** Other versions whose workers cannot serve its callers, with the reason. Absent: it knows of none. */
  readonly refusesWorkers?: readonly RefusedContract[];
  /** Whether the handler may be started more than once for one call. */
  readonly idempotent: boolean;
  /** Paths into the input, such as `order.id`, whose values make the key. Empty: no key. */
  readonly key: readonly string[];
  readonly timeoutMs: number;
  /** How long its handler may be at work without a sign of life. Absent: until the deadline. */
  readonly leaseMs?: number;
  /** Its handler goes on when its caller is gone. Absent: it does not. */
  readonly finish?: boolean;
  readonly doc?: string;
  /** What crosses the wire towards the handler. */
  readonly input: Shape;
  /** What crosses the wire back. */
  readonly output: Shape;
  readonly errors: Readonly<Record<string, ErrorDescriptor>>;
}

/** A version of a method with which this one does not get on, and why: "field `x` became required in 1.3.0". */
export interface RefusedContract {
  readonly fingerprint: string;
  readonly why: string;
}

/** A failure that a method declares. */
export interface ErrorDescriptor {
  readonly code: Code;
  readonly data?: Shape;
}
