import type { PeerId } from '../session.ts';

/** Numbers a connection. One counter for the process, so that the listeners of one broker never hand out the same. */
export function nextPeerId(): PeerId {
  last += 1;
  return last;
}

let last: PeerId = 0;
