import { TURN_MESSAGES_MAX } from './dialling.ts';
import type { DealerSocket } from './zeromq-sockets.ts';

/**
 * Reads a socket until it is closed: the only reader it has.
 *
 * Theory of operation. What libzmq has queued is handed out within one turn of the event loop, because each message
 * settles the next promise at once. Under a flood that would hold off timers, other sockets and our own sends, so a
 * turn ends after so many messages or bytes.
 */
export async function readSocket(socket: DealerSocket, onMessage: (frames: Uint8Array[]) => void): Promise<void> {
  let messages = 0;
  let bytes = 0;
  while (!socket.closed) {
    let frames: Uint8Array[];
    try {
      frames = await socket.receive();
    } catch (thrown) {
      // A receive that is pending when the socket closes fails with EAGAIN, a later one with EBADF.
      if (socket.closed) return;
      throw thrown;
    }
    if (socket.closed) return;
    onMessage(frames);
    messages += 1;
    for (const frame of frames) bytes += frame.length;
    if (messages < TURN_MESSAGES_MAX && bytes < TURN_BYTES_MAX) continue;
    messages = 0;
    bytes = 0;
    await nextTurn();
  }
}

/** Resolves when everything else that was ready in this turn of the event loop has had its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Sixteen full envelopes, some thousand records. Four times as much: timers waited twice as long for no more calls. */
const TURN_BYTES_MAX = 262_144;
