import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { portOf } from './port-of.ts';
import type { CalcRouter } from './trpc-worker.ts';

/** The load on tRPC, with batching: `trpc-client.ts ENDPOINT`. */
const url = `http://127.0.0.1:${portOf(process.argv[2])}`;

function open(): Connection {
  // All calls of one turn of the event loop go in one request, without a limit on their number.
  const client = createTRPCClient<CalcRouter>({ links: [httpBatchLink({ url })] });
  return { add: async (a, b) => (await client.add.mutate({ a, b })).sum, close: () => undefined };
}

serveLoad(open);
