import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connect } from '@reeve/client';
import { GreeterClient } from '../hello/generated/greeter.client.ts';

/**
 * One client over three servers that each embed a broker. The server that answers is killed with SIGKILL; the client
 * carries on with the next one, and no call fails.
 */
const names = ['north', 'east', 'south'];
const endpoints = await Promise.all(names.map(freeEndpoint));
const servers = new Map<string, ChildProcess>();
for (const [i, name] of names.entries()) servers.set(name, await startServer(name, endpoints[i]!));

const reeve = await connect({ brokers: endpoints });
const greeter = new GreeterClient(reeve);

const before = await greeter.greet({ name: 'Ada' });
say(`${before.text} (from ${before.from})`);

const calls = Array.from({ length: 100 }, (_, i) => greeter.greet({ name: `person ${i}` }));
say(`100 calls are under way; ${before.from} is killed`);
servers.get(before.from)!.kill('SIGKILL');
const replies = await Promise.all(calls);
say(`${replies.length} calls were answered`);

const after = await greeter.greet({ name: 'Ada' });
say(`${after.text} (from ${after.from})`);

await reeve.close();
for (const server of servers.values()) if (server.connected) server.disconnect();

async function startServer(name: string, endpoint: string): Promise<ChildProcess> {
  const path = fileURLToPath(new URL('server.ts', import.meta.url));
  const server = fork(path, [name, endpoint], { execArgv: ['--import', 'tsx'] });
  await once(server, 'message');
  return server;
}

/** A port that nobody listens on now. */
async function freeEndpoint(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return `tcp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
