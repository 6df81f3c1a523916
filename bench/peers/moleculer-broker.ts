import { Server } from 'node:net';
import { ServiceBroker } from 'moleculer';
import { portOf } from './port-of.ts';

/**
 * A node of Moleculer, over NATS or over its own TCP transporter. `endpoints`: of the NATS server, or of the client's
 * node and the worker's.
 */
export function moleculerNode(kind: string | undefined, role: Role, endpoints: readonly string[]): ServiceBroker {
  const ports = endpoints.map(portOf);
  if (kind !== 'nats' && kind !== 'tcp') throw new Error(`"${kind}" is no transporter of this bench`);
  const broker = new ServiceBroker({
    nodeID: role,
    logger: false,
    transporter: kind === 'nats' ? `nats://127.0.0.1:${ports[0]}` : tcp(role, ports),
    // What is off by default stays off: metrics, tracing, circuit breaker, bulkhead, retries, cache.
    // Validation of parameters is on, as it is by default.
  });
  // A node tells others the address of the machine by default.
  Object.assign(broker.registry.nodes.localNode, { hostname: LOCALHOST, ipList: [LOCALHOST] });
  return broker;
}

export type Role = 'client' | 'worker';

function tcp(role: Role, [client, worker]: readonly number[]): object {
  const port = role === 'client' ? client : worker;
  return {
    type: 'TCP',
    options: {
      // The nodes are known, so nothing is sent to a network to find them.
      udpDiscovery: false,
      urls: [`tcp://${LOCALHOST}:${client}/client`, `tcp://${LOCALHOST}:${worker}/worker`],
      port,
      useHostname: false,
    },
  };
}

const LOCALHOST = '127.0.0.1';

// The transporter has no option for the address to listen at, and would listen at all of them.
const listen = Server.prototype.listen as (...args: unknown[]) => Server;
Server.prototype.listen = function listenOnLoopback(this: Server, options: object, ...rest: unknown[]): Server {
  return listen.call(this, { host: LOCALHOST, ...options }, ...rest);
} as typeof Server.prototype.listen;
