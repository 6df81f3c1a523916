import { pack, unpack } from 'msgpackr';
import { Dealer } from 'zeromq';
import type { Add } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { BARE_SOCKET } from './bare-socket.ts';

/** The load on the bare relay: one message for each call, matched by a number. */
const endpoint = process.argv[2];
if (endpoint === undefined) throw new Error('usage: bare-client.ts ENDPOINT');

const socket = new Dealer(BARE_SOCKET);
socket.connect(endpoint);
const waiting = new Map<number, (sum: number) => void>();
const unsent: Buffer[] = [];
let isSending = false;
let calls = 0;

const add: Add = (a, b) =>
  new Promise((resolve) => {
    calls += 1;
    waiting.set(calls, resolve);
    unsent.push(pack({ id: calls, a, b }));
    if (!isSending) void sendAll();
  });

async function sendAll(): Promise<void> {
  isSending = true;
  for (let i = 0; i < unsent.length; i++) await socket.send(unsent[i]!);
  unsent.length = 0;
  isSending = false;
}

async function readAll(): Promise<void> {
  for await (const [reply] of socket) {
    const { id, sum } = unpack(reply!) as { id: number; sum: number };
    waiting.get(id)!(sum);
    waiting.delete(id);
  }
}

void readAll();
serveLoad(add);
