import type { Code, Shape } from '@reeve/protocol';

/**
 * What is generated from: plain, frozen data, read from a contract once.
 *
 * The printers, the JSON Schema and the compatibility check all read this and never a Zod schema.
 */
export interface ServiceModel {
  readonly name: string;
  readonly version: string;
  readonly doc: string | undefined;
  /** Absolute path of the contract, and the name under which it exports the service (`default` included). */
  readonly file: string;
  readonly exportName: string;
  /** 32 hex digits over all methods. */
  readonly fingerprint: string;
  readonly methods: readonly MethodModel[];
  /** Named types of what crosses the wire. */
  readonly types: readonly TypeModel[];
  /** Names of those types that are declared in the file which services share. */
  readonly sharedTypes: readonly string[];
  /** Named types that only handlers see, because parsing changes them. */
  readonly handlerTypes: readonly TypeModel[];
}

export interface MethodModel {
  readonly name: string;
  /** The name as part of a type's name: `Place`. */
  readonly typeName: string;
  readonly doc: string | undefined;
  readonly idempotent: boolean;
  readonly key: readonly string[];
  readonly timeoutMs: number;
  /** `undefined`: until the deadline. */
  readonly leaseMs: number | undefined;
  readonly finish: boolean;
  readonly fingerprint: string;
  readonly input: SidesModel;
  readonly output: SidesModel;
  readonly errors: readonly ErrorModel[];
}

/** One schema from its two sides. */
export interface SidesModel {
  /** What crosses the wire. */
  readonly wire: Shape;
  /** What the handler deals with; undefined where only the contract's own types can say it. */
  readonly handler: Shape | undefined;
}

export interface ErrorModel {
  readonly name: string;
  /** The name as part of a type's name: `OutOfStock`. */
  readonly typeName: string;
  readonly code: Code;
  readonly doc: string | undefined;
  readonly data: SidesModel | undefined;
}

/** A named type. */
export interface TypeModel {
  readonly name: string;
  readonly shape: Shape;
}
