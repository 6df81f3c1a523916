import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@reeve/worker';
import { serveToil } from '../generated/toil.worker.ts';

/**
 * A worker as a process: `worker.ts JOURNAL ENDPOINT…`. Each start of a handler is written to the journal before
 * anything else, so that it is there even if the process is killed in the next moment.
 */
const [journalPath = '', ...brokers] = process.argv.slice(2);
const journal = openSync(journalPath, 'a');

async function toil(
  name: string,
  input: { number: number; ms: number; isBusy?: boolean | undefined },
): Promise<{ double: number; pid: number }> {
  writeSync(journal, `${name} ${input.number}\n`);
  if (input.isBusy === true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, input.ms);
  else await sleep(input.ms);
  return { double: input.number * 2, pid: process.pid };
}

const worker = await serve({
  brokers,
  concurrency: 16,
  signals: true,
  services: [
    serveToil({
      again: (input) => toil('again', input),
      once: (input) => toil('once', input),
    }),
  ],
});
process.once('disconnect', () => void worker.close());
// The test may be gone already.
if (!process.connected) void worker.close();
void worker.ready().then(
  () => process.send?.('ready'),
  () => undefined,
);
await worker.closed();
closeSync(journal);
if (process.connected) process.disconnect();
