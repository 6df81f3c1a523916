import { serve } from '@reeve/worker';
import { answerParent } from '../child-process.ts';
import { serveCalc } from './generated/calc.worker.ts';
import { takingMs } from './taking-ms.ts';

/**
 * A worker with few places and handlers that take their time: `pool-worker.ts ENDPOINT CONCURRENCY MS`.
 */
const [endpoint = '', concurrency, ms] = process.argv.slice(2);
const worker = await serve({
  brokers: [endpoint],
  services: [serveCalc(takingMs(Number(ms)))],
  concurrency: Number(concurrency),
});
await worker.ready();
answerParent();
