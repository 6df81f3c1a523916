import { once } from 'node:events';
import { createServer } from 'node:net';

/** An endpoint on this machine that nobody listens on. */
export async function freeEndpoint(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('the system gave no port');
  return `tcp://127.0.0.1:${address.port}`;
}
