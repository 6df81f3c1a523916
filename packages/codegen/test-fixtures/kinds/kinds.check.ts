// Compiled by a test: every generated type is the one that Zod infers, from both sides of the wire.
import type { CallInput, CallOutput, HandlerInput, HandlerOutput } from '@reeve/contract';
import type { Kinds } from './kinds.contract.ts';
import type { KindsClient } from './generated/kinds.client.ts';
import type { KindsHandlers } from './generated/kinds.worker.ts';

type Contract = typeof Kinds;

type Methods = Exclude<keyof KindsHandlers, 'nothing' | 'bytes'>;

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
