export type { BindServiceArgs, Handler, ServiceBinding } from './bind-service.ts';
export { bindService } from './bind-service.ts';
export type { ServeOptions } from './config.ts';
export { Context } from './context.ts';
export type { WorkerStatus } from './core/index.ts';
export type { InterceptedCall, InterceptedHandler, Interceptor } from './interceptor.ts';
export { serve } from './serve.ts';
export type { BindInThreadsArgs, ThreadOptions } from './threads/bind-in-threads.ts';
export { bindInThreads } from './threads/bind-in-threads.ts';
export type { BrokerStats, WorkerStats } from './worker.ts';
export { Worker } from './worker.ts';

// What generated files and the code around a worker need of the protocol.
export type {
  Code,
  Executed,
  Logger,
  MethodDescriptor,
  Reason,
  ServiceDescription,
  ServiceDescriptor,
} from '@reeve/protocol';
export { ReeveError } from '@reeve/protocol';
