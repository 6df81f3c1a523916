import { serve } from '@reeve/worker';
import { serveCalc } from './generated/calc.worker.ts';

/**
 * A worker with few places and handlers that take their time: `pool-worker.ts ENDPOINT CONCURRENCY MS`.
 */
const [endpoint = '', concurrency, ms] = process.argv.slice(2);
const takesMs = Number(ms);
const worker = await serve({
  brokers: [endpoint],
  services: [serveCalc({ add: ({ a, b }) => new Promise((done) => setTimeout(() => done({ sum: a + b }), takesMs)) })],
  concurrency: Number(concurrency),
});
await worker.ready();
process.send?.('ready');
