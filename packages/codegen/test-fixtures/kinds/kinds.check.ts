// Compiled by a test: every generated type is the one that Zod infers, from both sides of the wire.
import type { CallInput, CallOutput, HandlerInput, HandlerOutput } from '@reeve/contract';
import type { Kinds } from './kinds.contract.ts';
import type { KindsClient } from './generated/kinds.client.ts';
import type { KindsHandlers } from './generated/kinds.worker.ts';

type Contract = typeof Kinds;

/**
 * Bytes: Zod's own type of them depends on the version of TypeScript. A brand: callers have no Zod, and get what is
 * under it. A preprocessed field, and one of a record whose values may be undefined, may be absent: Zod's types do
 * not say so.
 */
type Different = 'bytes' | 'branded' | 'preprocessedField' | 'recordOfSomeEnum';

type Methods = Exclude<keyof KindsHandlers, 'nothing' | Different>;

/** Assignable both ways, which is what matters to those who use them. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: B; found: A }) : { found: A; missing: B };

type Settled<T> = Exclude<T, Promise<unknown>>;

type Wrong = {
  [M in Methods]: {
    callInput: Same<Parameters<KindsClient[M]>[0], CallInput<Contract, M>>;
    callOutput: Same<Awaited<ReturnType<KindsClient[M]>>, CallOutput<Contract, M>>;
    handlerInput: Same<Parameters<KindsHandlers[M]>[0], HandlerInput<Contract, M>>;
    handlerOutput: Same<Settled<ReturnType<KindsHandlers[M]>>, HandlerOutput<Contract, M>>;
  };
};

type AllRight = { [M in Methods]: { callInput: true; callOutput: true; handlerInput: true; handlerOutput: true } };

declare const wrong: Wrong;
export const right: AllRight = wrong;

/** A handler of branded values gets the brand. */
type Branded = Same<Parameters<KindsHandlers['branded']>[0], HandlerInput<Contract, 'branded'>>;
export const branded: Branded = true;
