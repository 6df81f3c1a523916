import type { PeerId } from '@reeve/protocol';
import type { Link, Listener } from '@reeve/protocol/io';
import { EndpointError, transportFor } from '@reeve/protocol/io';

/**
 * One end of a connection in a process of its own: `peer.ts echo|pour|leave|quit <endpoint>`. Tells its parent when it
 * is ready, or why it cannot be.
 */
const [role, endpoint] = process.argv.slice(2) as [Role, string];
type Role = 'echo' | 'pour' | 'leave' | 'quit';

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
  /** Dials an endpoint and ends without closing anything. */
  quit: async () => {
    await dial().send([new Uint8Array(1_000)]);
    process.exit(0);
  },
};

function dial(): Link {
  return transportFor(endpoint).dial(endpoint, {
    onMessage: () => undefined,
    onLost: () => undefined,
    onNotice: () => undefined,
  });
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
