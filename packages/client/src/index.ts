export type { CallContext, CallOptions } from './call-options.ts';
export type { ConnectOptions } from './config.ts';
export { connect } from './connect.ts';
export type { BrokerStatus, ClientStats, ClientStatus, Policy } from './core/index.ts';
export type { DeclaredError, UndeclaredError } from './declared.ts';
export { isDeclared } from './declared.ts';
export type { Interceptor, NextCall, OutgoingCall } from './interceptor.ts';
export type { Caller, MethodCall, Result } from './method-call.ts';
export type { ReeveStats } from './reeve.ts';
export { Reeve } from './reeve.ts';

// What generated files and the code around a client need of the protocol.
export type {
  Code,
  Executed,
  Logger,
  MethodDescriptor,
  Reason,
  ReeveErrorDetails,
  ServiceDescriptor,
} from '@reeve/protocol';
export { CODES, ReeveError, isCode } from '@reeve/protocol';
