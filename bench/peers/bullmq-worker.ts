import { Worker } from 'bullmq';
import { answerParent } from '../child-process.ts';
import { CALC, connection } from './bullmq-queue.ts';

/** Adds two numbers as a job of BullMQ: `bullmq-worker.ts ENDPOINT`. */
const worker = new Worker<{ a: number; b: number }>(CALC, async ({ data: { a, b } }) => ({ sum: a + b }), {
  connection: connection(process.argv[2]),
  // As wide as the load's largest window, like everybody else's.
  concurrency: 1_024,
});
await worker.waitUntilReady();
answerParent();
