import { LIMITS } from '../../limits.ts';

/**
 * Calls back every `transportHeartbeatMs` and says how long ago it did so last.
 *
 * After the loop has polled its sockets: if it was blocked until now, what has arrived meanwhile is known.
 */
export class Pulse {
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #isStopped = false;

  constructor(beat: (sinceMs: number) => void) {
    this.#timer = setInterval(() => {
      setImmediate(() => {
        if (this.#isStopped) return;
        const now = performance.now();
        const sinceMs = now - this.#last;
        this.#last = now;
        beat(sinceMs);
      });
    }, LIMITS.transportHeartbeatMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }
}
