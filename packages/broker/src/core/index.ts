export { ANY_CONTRACT } from './route.ts';
export { BrokerCore } from './broker-core.ts';
export type { Counters } from './counters.ts';
export type { MethodStatus, ServiceStatus } from './introspection.ts';
export { BROKER_SERVICE, isReserved } from './introspection.ts';
export type { BrokerCommand, BrokerCoreOptions, BrokerEvent } from './options.ts';
