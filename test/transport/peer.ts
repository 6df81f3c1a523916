import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerId } from '@reeve/protocol';
import type { DialOptions, Link, Listener } from '@reeve/protocol/io';
import { EndpointError, transportFor } from '@reeve/protocol/io';

/**
 * One end of a connection in a process of its own: `peer.ts ROLE ENDPOINT`. Tells its parent when it is ready, or why
 * it cannot be.
 */
/** Longer than the transport's timeout and a beat more. */
const BLOCKED_MS = 5_000;
const [role, endpoint] = process.argv.slice(2) as [Role, string];
export type Role = 'echo' | 'pour' | 'leave' | 'quit' | 'block' | 'block-on-lifeline' | 'block-patiently';

const roles: Record<Role, () => Promise<void>> = {
  /** Listens, and sends back what it gets. */
  echo: async () => {
    const listener: Listener = await transportFor(endpoint).listen(endpoint, {
      onMessage: (peer: PeerId, frames) => void listener.send(peer, frames),
      onLost: () => undefined,
    });
  },
  /** Dials, and sends a hundred numbers. */
  pour: async () => {
    await sendNumbers(dial());
  },
  /** Dials, sends a hundred numbers and ends as a program does that has nothing left to do. */
  leave: async () => {
    const link = dial();
    await sendNumbers(link);
    await link.close(5_000);
    process.disconnect();
  },
  /** Dials, says its name, blocks its loop for longer than silence is borne, and says its name again. */
  block: () => blockBetween(dial()),
  /** The same, dialled as workers do. */
  'block-on-lifeline': () => blockBetween(dial({ lifeline: true })),
  /** The same with pings that ask for patience, as clients do. */
  'block-patiently': () => blockBetween(dial({ silenceMsMax: 3 * BLOCKED_MS })),
  /** Dials an endpoint and ends without closing anything. */
  quit: async () => {
    await dial().send([new Uint8Array(1_000)]);
    process.exit(0);
  },
};

function dial(options?: DialOptions): Link {
  const silent = { onMessage: () => undefined, onLost: () => undefined, onNotice: () => undefined };
  return transportFor(endpoint).dial(endpoint, silent, options);
}

async function blockBetween(link: Link): Promise<void> {
  const name = new TextEncoder().encode(role);
  await link.send([name]);
  // Connected by then, and pinged.
  await sleep(1_000);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
  await link.send([name]);
}

async function sendNumbers(link: Link): Promise<void> {
  for (let i = 0; i < 100; i++) await link.send([new TextEncoder().encode(`${i}`)]);
}

// A parent that is gone must not leave this one behind.
if (role !== 'leave') process.on('disconnect', () => process.exit(1));
try {
  await roles[role]();
  if (process.connected) process.send?.('ready');
} catch (error) {
  if (!(error instanceof EndpointError)) throw error;
  process.send?.(error.message);
}
