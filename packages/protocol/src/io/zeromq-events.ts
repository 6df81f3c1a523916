import type { Event, Observer } from 'zeromq';
import type { LinkNotice } from './transport.ts';

/** What watching a DEALER is for. */
export interface DealerWatcher {
  /** Something else than the last time was seen at the endpoint. */
  onNotice(notice: LinkNotice): void;
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
export function watchDealer(events: Observer, watcher: DealerWatcher): void {
  let seen: 'nothing' | 'opened' | 'up' | 'refused' | 'ended' = 'nothing';
  let noticed: LinkNotice | undefined;
  let deadTimer: NodeJS.Timeout | undefined;

  const notice = (news: LinkNotice): void => {
    if (news === noticed) return;
    noticed = news;
    watcher.onNotice(news);
  };

  const take = (type: Event['type']): void => {
    clearTimeout(deadTimer);
    switch (type) {
      case 'connect':
        seen = 'opened';
        return;
      case 'handshake':
        seen = 'up';
        return notice('connected');
      case 'close':
        seen = 'refused';
        return;
      case 'disconnect':
        if (seen === 'opened') notice('handshake-failed');
        seen = 'ended';
        deadTimer = setTimeout(() => watcher.onDead(), DEAD_MS);
        return;
      case 'connect:retry':
        if (seen === 'refused') notice('refused');
        if (seen === 'nothing') notice('unresolved');
        seen = 'nothing';
        return;
      default:
    }
  };

  void readEvents(events, take);
}

async function readEvents(events: Observer, take: (type: Event['type']) => void): Promise<void> {
  for (;;) {
    const { type } = await events.receive();
    take(type);
    // The last one, of a socket that was closed.
    if (type === 'end') return;
  }
}

/** `connect:retry` follows `disconnect` within microseconds; this allows for a loop that is busy. */
const DEAD_MS = 1_000;
