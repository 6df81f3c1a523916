import { assert } from '../assert.ts';
import type { SendResult } from './transport.ts';

/** Hands a message to a socket and says what became of it. With `sendTimeout` 0 that is known at once. */
export function sendTo(socket: Sender, frames: readonly Uint8Array[]): Promise<SendResult> {
  // zeromq.js says "sent" and sends nothing.
  assert(frames.length > 0, 'a message has a frame');
  return socket.send(frames as Uint8Array[]).then(sent, refusal);
}

interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

function sent(): SendResult {
  return 'sent';
}

function refusal(thrown: unknown): SendResult {
  const { code } = thrown as { code?: string };
  if (code === 'EAGAIN') return 'full';
  throw thrown;
}
