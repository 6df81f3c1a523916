import { credentials } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { Calc, SESSION_MEMORY } from './grpc-service.ts';
import { CALL_MS, portOf } from './port-of.ts';

/** The load on grpc-js: `grpc-client.ts ENDPOINT`. */
const port = portOf(process.argv[2]);

interface CalcClient extends Client {
  add(request: object, options: object, done: (error: Error | null, reply?: { sum: number }) => void): void;
}

function open(): Connection {
  const client = new Calc(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...SESSION_MEMORY,
    // Clients to one address share a connection by default; here each is to have its own.
    'grpc.use_local_subchannel_pool': 1,
  }) as unknown as CalcClient;
  return {
    add: (a, b) =>
      new Promise((resolve, reject) => {
        client.add({ a, b }, { deadline: Date.now() + CALL_MS }, (error, reply) => {
          if (error) reject(error);
          else resolve(reply!.sum);
        });
      }),
    close: () => client.close(),
  };
}

serveLoad(open);
