export type { SimulatedCall, SimulatedCallOptions, MethodName } from './simulated-client.ts';
export { SimulatedClient } from './simulated-client.ts';
export { SimulatedBroker } from './simulated-broker.ts';
export type { HandlerStart, SimulatedWorkerOptions } from './simulated-worker.ts';
export { SimulatedWorker } from './simulated-worker.ts';
export type { WorldOptions } from './world.ts';
export { World } from './world.ts';
