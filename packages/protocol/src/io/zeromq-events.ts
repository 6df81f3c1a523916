import type { LinkNotice } from './transport.ts';
import { observe } from './zeromq-observe.ts';
import type { DealerSocket } from './zeromq-sockets.ts';

/** What watching a DEALER is for. */
export interface DealerWatcher {
  /** A connection is up. */
  onUp(): void;
  /** An attempt to connect failed. */
  onFailed(notice: LinkNotice): void;
  /** The socket's connection ended and libzmq will not try again. */
  onDead(): void;
}

/**
 * Reads what libzmq tells about a DEALER's one connection until the socket is closed.
 *
 * Theory of operation. libzmq tells of each attempt as a run of events that ends with `connect:retry`, and the run
 * says what was there: `close` before it, the attempt was refused; nothing before it, the name did not resolve;
 * `disconnect` without `handshake`, what answered does not speak ZMTP, or speaks it wrongly. After a fault of the
 * last kind libzmq may give up for good without a word: no `connect:retry` follows the `disconnect`.
 */
export function watchDealer(dealer: DealerSocket, watcher: DealerWatcher): void {
  let seen: 'nothing' | 'opened' | 'up' | 'refused' | 'ended' = 'nothing';
  let deadTimer: NodeJS.Timeout | undefined;

  /** Runs after the loop has polled its sockets: if it was blocked until now, what libzmq told meanwhile is known. */
  const checkDead = (): void => {
    if (seen === 'ended') watcher.onDead();
  };

  observe(dealer, (type) => {
    clearTimeout(deadTimer);
    switch (type) {
      case 'connect':
        seen = 'opened';
        return;
      case 'handshake':
        seen = 'up';
        return watcher.onUp();
      case 'close':
        seen = 'refused';
        return;
      case 'disconnect':
        if (seen === 'opened') watcher.onFailed('handshake-failed');
        seen = 'ended';
        deadTimer = setTimeout(() => setImmediate(checkDead), DEAD_MS);
        return;
      case 'connect:retry':
        if (seen === 'refused') watcher.onFailed('refused');
        if (seen === 'nothing') watcher.onFailed('unresolved');
        seen = 'nothing';
        return;
      case 'end':
        seen = 'nothing';
        return;
      default:
    }
  });
}

/** `connect:retry` follows `disconnect` within microseconds; the rest is for a machine that is busy. */
const DEAD_MS = 250;
