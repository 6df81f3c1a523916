import { Pool } from 'undici';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { portOf } from './port-of.ts';

/** The load on HTTP, with connections that are kept: `fastify-client.ts ENDPOINT`. */
const origin = `http://127.0.0.1:${portOf(process.argv[2])}`;

function open(): Connection {
  // Undici's own client, faster than fetch. As many connections as there are calls in flight up to a number that a
  // server of one process still likes; what is beyond waits in the pool. No pipelining: it is off by default.
  const pool = new Pool(origin, { connections: 64 });
  return {
    add: async (a, b) => {
      const { statusCode, body } = await pool.request({
        path: '/add',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ a, b }),
      });
      if (statusCode !== 200) throw new Error(`HTTP status ${statusCode}: ${await body.text()}`);
      return ((await body.json()) as { sum: number }).sum;
    },
    close: () => pool.close(),
  };
}

serveLoad(open);
