import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@reeve/broker';
import { connect } from '@reeve/client';
import { serve } from '@reeve/worker';
import { GreeterClient } from '../hello/generated/greeter.client.ts';
import { serveGreeter } from '../hello/generated/greeter.worker.ts';

/** The same code over a TCP port, a local socket and in memory: only the endpoint differs. */
const folder = await mkdtemp(join(tmpdir(), 'reeve-example-'));
for (const listen of ['tcp://127.0.0.1:0', `ipc://${folder}/broker.sock`, 'memory://example']) {
  process.stdout.write(`${await greetOver(listen)}\n`);
}
await rm(folder, { recursive: true });

async function greetOver(listen: string): Promise<string> {
  const scheme = listen.slice(0, listen.indexOf(':'));
  const broker = await startBroker({ listen });
  const brokers = broker.endpoints;
  const services = [serveGreeter({ greet: ({ name }) => ({ text: `Hello, ${name}!`, from: scheme }) })];
  const worker = await serve({ brokers, services });
  const reeve = await connect({ brokers });
  const { text, from } = await new GreeterClient(reeve).greet({ name: 'Ada' });
  await reeve.close();
  await worker.close();
  await broker.close();
  return `${text} (over ${from})`;
}
