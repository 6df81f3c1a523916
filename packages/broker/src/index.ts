export { Broker, startBroker } from './broker.ts';
export type { Counters, MethodStatus, ServiceStatus } from './core/index.ts';
export type { MajordomoOptions, MajordomoService } from './majordomo/index.ts';
export type { BrokerOptions } from './options.ts';
