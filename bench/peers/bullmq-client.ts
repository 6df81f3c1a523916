import { Queue, QueueEvents } from 'bullmq';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { CALC, connection } from './bullmq-queue.ts';
import { CALL_MS } from './port-of.ts';

/** The load on BullMQ, waiting for the result of each job: `bullmq-client.ts ENDPOINT`. */
async function open(): Promise<Connection> {
  const queue = new Queue(CALC, { connection: connection(process.argv[2]) });
  const events = new QueueEvents(CALC, { connection: connection(process.argv[2]) });
  // Each call that is waited for is a listener, of both.
  events.setMaxListeners(0);
  queue.setMaxListeners(0);
  await events.waitUntilReady();
  // Jobs that are done are removed, but not at once: a caller looks for its job before it waits for the event.
  const options = { removeOnComplete: { count: 5_000 }, removeOnFail: true };
  return {
    add: async (a, b) => {
      const job = await queue.add('add', { a, b }, options);
      return ((await job.waitUntilFinished(events, CALL_MS)) as { sum: number }).sum;
    },
    close: async () => {
      await events.close();
      await queue.close();
    },
  };
}

serveLoad(open);
