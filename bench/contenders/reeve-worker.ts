import { serve } from '@reeve/worker';
import { answerParent } from '../child-process.ts';
import { serveCalc } from './generated/calc.worker.ts';

/** Adds two numbers behind Reeve's broker, with validation of input and output: `reeve-worker.ts ENDPOINT`. */
const worker = await serve({
  brokers: [process.argv[2] ?? ''],
  services: [serveCalc({ add: ({ a, b }) => ({ sum: a + b }), echo: ({ body }) => ({ body }) })],
  // As wide as the load's largest window, like everybody else's.
  concurrency: 1_024,
  prefetch: 1_024,
});
await worker.ready();
answerParent();
