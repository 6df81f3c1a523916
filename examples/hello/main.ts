import { startBroker } from '@reeve/broker';
import { connect } from '@reeve/client';
import { serve } from '@reeve/worker';
import { GreeterClient } from './generated/greeter.client.ts';
import { serveGreeter } from './generated/greeter.worker.ts';

/** Broker, worker and client in one process, over a socket. Each would usually be a process of its own. */
const broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
const brokers = broker.endpoints;

const worker = await serve({
  brokers,
  services: [serveGreeter({ greet: ({ name }) => ({ text: `Hello, ${name}!`, from: 'a worker' }) })],
});

const reeve = await connect({ brokers });
const greeter = new GreeterClient(reeve);
const { text, from } = await greeter.greet({ name: 'Ada' });
process.stdout.write(`${text} (${from})\n`);

await reeve.close();
await worker.drain();
await broker.drain();
