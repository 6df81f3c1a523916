export type { BrokerSource, DnsName } from './broker-source.ts';
export { brokerSources, listedEndpoints } from './broker-source.ts';
export type { BrokerWatchOptions, NameTrouble } from './broker-watch.ts';
export { BrokerWatch } from './broker-watch.ts';
export type { Clock, TimerHandle } from './clock.ts';
export { systemClock } from './clock.ts';
export { Deferred } from './deferred.ts';
export type { Endpoint, EndpointErrorCode, IpcEndpoint, MemoryEndpoint, TcpEndpoint } from './endpoint.ts';
export { EndpointError, parseEndpoint } from './endpoint.ts';
export { newInstanceId, systemRandom } from './entropy.ts';
export type { LinkSink, LinksOptions } from './links.ts';
export { Links } from './links.ts';
export { MemoryTransport, memoryTransport } from './memory-transport.ts';
export { nextPeerId } from './peer-ids.ts';
export type { Resolver } from './resolver.ts';
export { systemResolver } from './resolver.ts';
export type { Environment } from './settings.ts';
export { DEFAULT_ENDPOINT, brokerList, integerOption } from './settings.ts';
export { StatusStream } from './status-stream.ts';
export type { DriverOptions } from './session-driver.ts';
export { SessionDriver } from './session-driver.ts';
export type {
  DialOptions,
  Link,
  LinkHandler,
  LinkNotice,
  ListenOptions,
  Listener,
  ListenerHandler,
  SendResult,
  Transport,
} from './transport.ts';
export { transportFor } from './transports.ts';
