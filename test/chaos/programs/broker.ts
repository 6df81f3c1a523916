import { closeSync, openSync, writeSync } from 'node:fs';
import { startBroker } from '@reeve/broker';
import type { NoticeRecord, StallRecord } from '../journal.ts';
import { sharedNow, watchStalls } from '../journal.ts';

/** A broker as a process: `broker.ts JOURNAL NAME ENDPOINT…`. Writes down what it notices of workers. */
const [path = '', name = '', ...listen] = process.argv.slice(2);
const journal = openSync(path, 'a');

function note(fields: object, message: string): void {
  const what = NOTICES.find((notice) => message.startsWith(`worker ${notice}`));
  if (what === undefined || !('worker' in fields)) return;
  write({ broker: name, what, worker: String(fields.worker), at: sharedNow() });
}

function write(record: NoticeRecord | StallRecord): void {
  writeSync(journal, `${JSON.stringify(record)}\n`);
}

const NOTICES = ['ready', 'left', 'silent'] as const;
/** Half a heartbeat: less takes nobody for dead. */
const STALL_MS = 500;

watchStalls(name, STALL_MS, write);

const broker = await startBroker({
  listen,
  name,
  logger: { debug: () => undefined, info: note, warn: note, error: (fields, text) => console.error(text, fields) },
});
process.once('SIGTERM', () => void broker.drain());
process.once('disconnect', () => void broker.close());
if (!process.connected) void broker.close();
if (process.connected) process.send?.('ready');
await broker.ended;
closeSync(journal);
if (process.connected) process.disconnect();
