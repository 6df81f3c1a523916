import type { Method } from './method.ts';
import { checkService } from './check-service.ts';

export type Methods = Readonly<Record<string, Method>>;

/** What an author says about a service. */
export interface ServiceOptions<M extends Methods> {
  /** Version of the contract, such as `1.2.0`. For people: what fits together is decided per method. */
  readonly version: string;
  readonly methods: M;
  /** One or two sentences for callers. */
  readonly doc?: string;
}

/** A contract: frozen, plain, holding the live schemas. */
export interface Service<N extends string = string, M extends Methods = Methods> {
  readonly kind: 'reeve.service';
  readonly name: N;
  readonly version: string;
  readonly methods: M;
  readonly doc: string | undefined;
}

/**
 * Describes a service.
 *
 * Throws a `ContractError` with the place and the next step if something in it cannot work.
 */
export function service<const N extends string, M extends Methods>(name: N, options: ServiceOptions<M>): Service<N, M> {
  checkService(name, options);
  const { version, methods, doc } = options;
  return Object.freeze({ kind: 'reeve.service', name, version, methods: Object.freeze({ ...methods }), doc });
}

/** Whether a value was made by `service`, also by another copy of this package. */
export function isService(value: unknown): value is Service {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'reeve.service';
}
