import type { Event, Observer } from 'zeromq';
import type { DealerSocket, RouterSocket } from './zeromq-sockets.ts';

/**
 * Hands on what libzmq tells of a socket, until the socket is closed and done with.
 *
 * zeromq.js names a socket's monitor after the place in memory of the observer that it makes for it. If the observer is
 * collected while libzmq still has the monitor, as it does while a closed socket lingers, then the next one that is
 * made at that place fails with "address in use". So each is kept until a while after its last event.
 */
export function observe(socket: DealerSocket | RouterSocket, take: (type: Event['type']) => void): void {
  const { events } = socket;
  kept.add(events);
  void readEvents(events, take);
}

async function readEvents(events: Observer, take: (type: Event['type']) => void): Promise<void> {
  for (;;) {
    const { type } = await events.receive();
    take(type);
    // The last one, of a socket that was closed.
    if (type === 'end') break;
  }
  setTimeout(() => kept.delete(events), KEPT_MS).unref();
}

const kept = new Set<Observer>();
/** libzmq removes the monitor's name within microseconds of the last event, on a thread of its own. */
const KEPT_MS = 1_000;
