import { bindService, serve } from '@reeve/worker';
import type { Worker } from '@reeve/worker';
import { answerParent } from '../child-process.ts';
import type { WorkersOrder } from '../growth.ts';
import { manyServices } from './many-services.ts';

/** A process with many workers that all serve the same services: `growth-worker.ts ENDPOINT WORKERS SERVICES`. */
const [endpoint = '', count, services] = process.argv.slice(2);
const handlers = { add: ({ a, b }: { a: number; b: number }) => ({ sum: a + b }) };
const bindings = manyServices(Number(services)).map((one) => bindService({ ...one, handlers }));
const workers: Worker[] = [];

async function setCount(wanted: number): Promise<void> {
  while (workers.length < wanted) {
    const more = Math.min(OPENING_MAX, wanted - workers.length);
    const opened = Array.from({ length: more }, () => serve({ brokers: [endpoint], services: bindings }));
    workers.push(...(await Promise.all(opened)));
  }
  await Promise.all(workers.map((worker) => worker.ready()));
}

/** At a time: a storm is another scenario. */
const OPENING_MAX = 20;

await setCount(Number(count));
answerParent((order) =>
  order.kind === 'workers'
    ? setCount((order as WorkersOrder).count).then(() => ({ count: workers.length }))
    : undefined,
);
