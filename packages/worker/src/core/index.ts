export type { AbortCause, DispatchState } from './dispatch.ts';
export { Dispatch } from './dispatch.ts';
export { BrokerLink } from './broker-link.ts';
export { WorkerCore } from './worker-core.ts';
export type {
  WorkerCommand,
  WorkerCoreArgs,
  WorkerCoreOptions,
  WorkerCounters,
  WorkerEvent,
  WorkerFailure,
  WorkerStatus,
} from './worker-event.ts';
