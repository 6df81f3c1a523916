import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReeveError, connect } from '@reeve/client';
import { StrainClient } from '../generated/strain.client.ts';
import type { CallRecord, Kind, SessionRecord, StallRecord } from '../journal.ts';
import { hashOf, sharedNow } from '../journal.ts';

/**
 * A client as a process: `client.ts JOURNAL NAME POLICY CALLS-PER-SECOND ENDPOINT…`. Calls at a steady pace, whatever
 * becomes of the calls before, until it is told to stop; then waits for what is outstanding and says so.
 */
const [path = '', name = '', policy = '', pace = '0', ...brokers] = process.argv.slice(2);
const journal = createWriteStream(path, { flags: 'a' });
const logger = { debug: () => undefined, info: note, warn: note, error: note };
const reeve = await connect({ brokers, policy: policy as 'failover', connectTimeoutMs: 20_000, logger });
const strain = new StrainClient(reeve);
const outstanding = new Set<Open>();
let made = 0;
let isStopping = false;

interface Open {
  readonly by: string;
  readonly kind: Kind;
  readonly name: string;
  readonly beganAt: number;
  readonly deadlineAt: number;
}

async function call(kind: Kind): Promise<void> {
  const beganAt = sharedNow();
  made += 1;
  const input = kind.startsWith('keyed') ? sharedInput(beganAt) : { name: `${name}-${made}`, ms: workMs(made) };
  const open: Open = { by: name, kind, name: input.name, beganAt, deadlineAt: beganAt + TIMEOUT_MS };
  outstanding.add(open);
  try {
    const { seen, start } = await strain[kind](input, { timeoutMs: TIMEOUT_MS });
    end(open, { outcome: 'ok', executed: 'yes', isOwn: seen === hashOf(input), start });
  } catch (error) {
    if (!(error instanceof ReeveError)) throw error;
    end(open, { outcome: error.reason, executed: error.executed, isOwn: true, start: '' });
  }
}

function end(open: Open, how: Pick<CallRecord, 'outcome' | 'executed' | 'isOwn' | 'start'>): void {
  outstanding.delete(open);
  write({ ...open, endedAt: sharedNow(), ...how });
}

/** What the client says of its connections in its log. */
function note(fields: object): void {
  const { kind = '', endpoint = '' } = fields as { readonly kind?: string; readonly endpoint?: string };
  const place = brokers.indexOf(endpoint);
  if (place === -1) return;
  const about = { client: name, broker: `broker-${place + 1}`, at: sharedNow() };
  if (kind === 'connected' || kind === 'leaving') write({ ...about, session: kind });
  if (kind === 'disconnected') write({ ...about, session: 'lost' });
}

function write(record: CallRecord | SessionRecord | StallRecord): void {
  journal.write(`${JSON.stringify(record)}\n`);
}

/** The same for all clients within a few hundredths of a second, so that they meet in one key. */
function sharedInput(now: number): { name: string; ms: number } {
  const bucket = Math.floor(now / KEY_SPAN_MS);
  const lane = made % KEYS_AT_ONCE;
  return { name: `${bucket}-${lane}`, ms: workMs(bucket * KEYS_AT_ONCE + lane) };
}

/** Mostly short, at times long, once in a while very long. */
function workMs(number: number): number {
  if (number % 500 === 0) return 2_000;
  return number % 50 === 0 ? 200 : number % 10;
}

async function loop(): Promise<void> {
  const startedAt = sharedNow();
  let lastAt = startedAt;
  let calls = 0;
  while (!isStopping) {
    await sleep(TICK_MS);
    const now = sharedNow();
    if (now - lastAt > STALL_MS) write({ who: name, from: lastAt, until: now });
    const due = ((now - startedAt) / 1_000) * Number(pace);
    // What a stall has made late is not made up for: that would be a flood.
    if (now - lastAt > STALL_MS) calls = Math.max(calls, due - Number(pace) / 10);
    lastAt = now;
    for (; calls < due && outstanding.size < OUTSTANDING_MAX; calls++) void call(KINDS[made % KINDS.length]!);
  }
}

async function finish(): Promise<void> {
  isStopping = true;
  const until = sharedNow() + TIMEOUT_MS + HUNG_MS;
  while (outstanding.size > 0 && sharedNow() < until) await sleep(TICK_MS);
  for (const open of outstanding) {
    write({ ...open, endedAt: undefined, outcome: 'hung', executed: 'unknown', isOwn: true, start: '' });
  }
  await new Promise<void>((written) => journal.end(written));
  process.send?.('done');
  await reeve.close();
  process.disconnect();
}

const KINDS: readonly Kind[] = ['again', 'once', 'keyedAgain', 'again', 'once', 'keyedOnce'];
const TIMEOUT_MS = 8_000;
/** How much later than its deadline a call may end before it counts as hung. */
const HUNG_MS = 2_000;
const TICK_MS = 10;
/** A loop that is so late stood still. */
const STALL_MS = 100;
const OUTSTANDING_MAX = 8_000;
const KEY_SPAN_MS = 40;
const KEYS_AT_ONCE = 5;

process.once('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message === 'go') void loop();
  else if (message === 'stop') void finish();
});
process.send?.('ready');
