import { connect } from '@nats-io/transport-node';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { CALL_MS, portOf } from './port-of.ts';

/** The load on NATS request-reply: `nats-client.ts ENDPOINT`. */
const port = portOf(process.argv[2]);

async function open(): Promise<Connection> {
  const nats = await connect({
    servers: `127.0.0.1:${port}`,
    // No stack trace for each request: its documentation says that this makes requests much faster.
    noAsyncTraces: true,
  });
  return {
    // One subscription for all replies is the default, and the fastest. JSON is the codec that the library brings.
    add: async (a, b) => {
      const reply = await nats.request('calc.add', JSON.stringify({ a, b }), { timeout: CALL_MS });
      return reply.json<{ sum: number }>().sum;
    },
    echo: async (body) => (await nats.request('calc.echo', body, { timeout: CALL_MS })).data,
    close: () => nats.close(),
  };
}

serveLoad(open);
