import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@reeve/worker';
import { serveStrain } from '../generated/strain.worker.ts';
import type { Kind, StallRecord, StartRecord } from '../journal.ts';
import { hashOf, sharedNow, watchStalls } from '../journal.ts';

/**
 * A worker as a process: `worker.ts JOURNAL LABEL ENDPOINT…`. Each start of a handler is written to the journal before
 * anything else, so that it is there even if the process is killed in the next moment.
 */
const [path = '', label = '', ...brokers] = process.argv.slice(2);
const journal = openSync(path, 'a');
let starts = 0;
/** Half a heartbeat: less takes nobody for dead. */
const STALL_MS = 500;

async function strain(kind: Kind, input: { name: string; ms: number }): Promise<{ seen: string; start: string }> {
  const start = `${label}-${(starts += 1)}`;
  const record: StartRecord = { kind, name: input.name, start, at: sharedNow() };
  write(record);
  if (input.ms > 0) await sleep(input.ms);
  return { seen: hashOf(input), start };
}

function write(record: StartRecord | StallRecord): void {
  writeSync(journal, `${JSON.stringify(record)}\n`);
}

watchStalls(label.slice(0, label.indexOf('.')), STALL_MS, write);
const worker = await serve({
  brokers,
  label,
  concurrency: 32,
  signals: true,
  services: [
    serveStrain({
      again: (input) => strain('again', input),
      once: (input) => strain('once', input),
      keyedAgain: (input) => strain('keyedAgain', input),
      keyedOnce: (input) => strain('keyedOnce', input),
    }),
  ],
});
process.once('disconnect', () => void worker.close());
if (!process.connected) void worker.close();
void worker.ready().then(
  () => process.send?.('ready'),
  () => undefined,
);
await worker.closed();
closeSync(journal);
if (process.connected) process.disconnect();
