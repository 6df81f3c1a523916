import { startBroker } from '@reeve/broker';
import { connect } from '@reeve/client';
import { serve } from '@reeve/worker';
import { PrimesClient } from './generated/primes.client.ts';
import { servePrimes } from './generated/primes.worker.ts';

/** Handlers that compute run in threads: the loop that talks to the brokers stays free. */
const broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
const brokers = broker.endpoints;

const module = new URL('./primes.handlers.ts', import.meta.url);
const worker = await serve({ brokers, services: [servePrimes.inThreads(module, { threads: 2 })] });

const reeve = await connect({ brokers });
const primes = new PrimesClient(reeve);
let turns = 0;
const timer = setInterval(() => turns++, 1);
const counts = await Promise.all([1_000_000, 2_000_000].map((below) => primes.count({ below })));
clearInterval(timer);
process.stdout.write(`${counts.map(({ count }) => count).join(' and ')} primes\n`);
process.stdout.write(`the loop was ${turns > 10 ? 'free' : 'blocked'} meanwhile\n`);

// A call that is given up stops its handler.
await primes.count({ below: 100_000_000 }, { timeoutMs: 100 }).catch((error: Error) => {
  process.stdout.write(`${error.message}\n`);
});

await reeve.close();
await worker.drain();
await broker.drain();
