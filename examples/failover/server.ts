import { startBroker } from '@reeve/broker';
import { serve } from '@reeve/worker';
import { serveGreeter } from '../hello/generated/greeter.worker.ts';

/**
 * A server that needs nobody else: it embeds a broker and serves its own worker through it, in memory. Clients reach
 * it at a socket. `server.ts NAME ENDPOINT`
 */
const [name = 'server', endpoint = ''] = process.argv.slice(2);
const inside = `memory://${name}`;

const broker = await startBroker({ listen: [endpoint, inside], name });
const worker = await serve({
  brokers: [inside],
  services: [serveGreeter({ greet: ({ name: person }) => ({ text: `Hello, ${person}!`, from: name }) })],
});
await worker.ready();

// The parent is told that we are ready, and we end when it does.
if (process.connected) process.send?.('ready');
process.once('disconnect', stop);
if (!process.connected) stop();

function stop(): void {
  void broker.close().then(() => worker.close());
}
