import type { Broker, BrokerOptions } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import type { ConnectOptions, Reeve } from '@reeve/client';
import { connect } from '@reeve/client';
import type { ServeOptions, ServiceBinding, Worker } from '@reeve/worker';
import { serve } from '@reeve/worker';

/** What a test has in hand: a broker, a worker and a client in this process, with no socket. */
export interface TestReeve extends AsyncDisposable {
  /** Make generated clients on it: `new OrdersClient(reeve.client)`. */
  readonly client: Reeve;
  readonly worker: Worker;
  readonly broker: Broker;
  /** Where the broker listens, for further clients and workers of this process: `memory://…`. */
  readonly endpoint: string;
  /** Closes client, worker and broker, in this order. */
  close(): Promise<void>;
}

export interface TestReeveOptions {
  /** Services to serve, as for `serve()`. */
  readonly services: readonly ServiceBinding[];
  readonly worker?: Omit<ServeOptions, 'services' | 'brokers'>;
  readonly client?: Omit<ConnectOptions, 'brokers' | 'wait'>;
  readonly broker?: Omit<BrokerOptions, 'listen'>;
}

/**
 * Starts a broker, a worker and a client in this process, connected in memory, and resolves when a call can be made.
 *
 * The same code as in production runs, but for the transport: input and output are encoded, checked and decoded, and
 * what two tests do never meets.
 */
export async function testReeve(options: TestReeveOptions): Promise<TestReeve> {
  started += 1;
  const endpoint = `memory://test-${started}`;
  const broker = await startBroker({ ...options.broker, listen: endpoint });
  const closing: (() => Promise<void>)[] = [() => broker.close()];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const worker = await serve({ ...options.worker, services: options.services, brokers: [endpoint] });
    closing.push(() => worker.close());
    await worker.ready();
    const client = await connect({ ...options.client, brokers: [endpoint] });
    closing.push(() => client.close());
    return { client, worker, broker, endpoint, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes each endpoint of a process its own. */
let started = 0;
