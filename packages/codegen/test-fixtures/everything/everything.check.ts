// Compiled by a test: every generated type is the one that Zod infers, from both sides of the wire.
import type {
  CallErrorData,
  CallInput,
  CallOutput,
  HandlerErrorData,
  HandlerInput,
  HandlerOutput,
} from '@reeve/contract';
import type { Context } from '@reeve/worker';
import type contract from './everything.contract.ts';
import type { EverythingClient } from './generated/everything.client.ts';
import type { EverythingHandlers } from './generated/everything.worker.ts';
import type { TransformedErrors } from './generated/everything.types.ts';

type Everything = typeof contract;
type Methods = Exclude<keyof EverythingHandlers, 'nothing' | 'bytes'>;

/** Assignable both ways, which is what matters to those who use them. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: B; found: A }) : { found: A; missing: B };

type Settled<T> = Exclude<T, Promise<unknown>>;

type ErrorsOf<T> = T extends Context<infer E> ? E : never;

type Wrong = {
  [M in Methods]: {
    callInput: Same<Parameters<EverythingClient[M]>[0], CallInput<Everything, M>>;
    callOutput: Same<Awaited<ReturnType<EverythingClient[M]>>, CallOutput<Everything, M>>;
    handlerInput: Same<Parameters<EverythingHandlers[M]>[0], HandlerInput<Everything, M>>;
    handlerOutput: Same<Settled<ReturnType<EverythingHandlers[M]>>, HandlerOutput<Everything, M>>;
  };
};

type AllRight = { [M in Methods]: { callInput: true; callOutput: true; handlerInput: true; handlerOutput: true } };

declare const wrong: Wrong;
export const right: AllRight = wrong;

type Broken = [
  Same<TransformedErrors['BROKEN'], CallErrorData<Everything, 'transformed', 'BROKEN'>>,
  Same<TransformedErrors['GONE'], undefined>,
  Same<
    ErrorsOf<Parameters<EverythingHandlers['transformed']>[1]>['BROKEN'],
    HandlerErrorData<Everything, 'transformed', 'BROKEN'>
  >,
];

declare const broken: Broken;
export const rightErrors: [true, true, true] = broken;

/** A handler that is missing is a compile error. */
type AllRequired = object extends EverythingHandlers ? false : true;
export const allRequired: AllRequired = true;
