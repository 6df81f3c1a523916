export { BrokerCore } from './broker-core.ts';
export type { Counters } from './counters.ts';
export type { MethodStatus, ServiceStatus } from './introspection.ts';
export { BROKER_SERVICE } from './introspection.ts';
export type { BrokerCommand, BrokerCoreOptions, BrokerEvent } from './options.ts';
