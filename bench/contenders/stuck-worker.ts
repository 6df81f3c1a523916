import { serve } from '@reeve/worker';
import { answerParent } from '../child-process.ts';
import { serveCalc } from './generated/calc.worker.ts';

/** A worker with one place whose handler never ends: `stuck-worker.ts ENDPOINT PREFETCH`. */
const [endpoint = '', prefetch] = process.argv.slice(2);
const never = (): Promise<never> => new Promise(() => undefined);
const worker = await serve({
  brokers: [endpoint],
  services: [serveCalc({ add: never, echo: never })],
  concurrency: 1,
  prefetch: Number(prefetch),
});
await worker.ready();
answerParent();
