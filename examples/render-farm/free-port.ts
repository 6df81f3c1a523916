import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Finds a port of this machine that nobody listens on.
 *
 * It lies below the ports that systems give to outgoing connections: the broker comes back to it after it was killed,
 * and nobody may have got it by chance meanwhile.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = randomInt(portMin, portMax + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${triesMax} ports between ${portMin} and ${portMax} is free on 127.0.0.1.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

const portMin = 20_000;
/** Linux begins to give out ports at 32,768, other systems later. */
const portMax = 29_999;
const triesMax = 50;
