import type { Socket } from 'node:net';

/**
 * Lets a socket be read to its end although its other end is gone already. Node would destroy it at the first write
 * that fails, and with it all that the other end had sent before and that was not read yet.
 *
 * A write that fails for want of somebody who reads is never done instead: what is written after it waits, and so does
 * the end of the stream. Reading ends soon after, for the system has closed that side as well.
 */
export function outliveFailedWrites(socket: Socket, onFailed: () => void): void {
  const write = socket._write.bind(socket);
  const writev = socket._writev!.bind(socket);
  let known: Done | undefined;
  let outliving: Done = () => undefined;
  // A stream gives the same callback to all of its writes, so one is made for all of them.
  const outlive = (done: Done): Done => {
    if (done === known) return outliving;
    known = done;
    outliving = (error) => {
      if (isOtherEndGone(error)) onFailed();
      else done(error);
    };
    return outliving;
  };
  socket._write = (chunk, encoding, done) => write(chunk, encoding, outlive(done));
  socket._writev = (chunks, done) => writev(chunks, outlive(done));
}

type Done = (error?: Error | null) => void;

function isOtherEndGone(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.code === 'EPIPE' || error?.code === 'ECONNRESET';
}
