import type { Event, Observer } from 'zeromq';
import type { DealerSocket } from './zeromq-sockets.ts';

/**
 * Hands on what libzmq tells of a socket, until the socket is closed and done with.
 *
 * To the very end, also if nobody wants to know any more: zeromq.js names a socket's monitor after the place in memory
 * of the observer that it makes for it. If that was collected while libzmq still has the monitor, as it does while a
 * closed socket lingers, the next observer that is made at the same place fails with "address in use".
 */
export function observe(socket: DealerSocket, take: (type: Event['type']) => void): void {
  void readEvents(socket.events, take);
}

async function readEvents(events: Observer, take: (type: Event['type']) => void): Promise<void> {
  for (;;) {
    const { type } = await events.receive();
    take(type);
    // The last one, of a socket that was closed.
    if (type === 'end') return;
  }
}
