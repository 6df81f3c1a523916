import type { Channel } from '@reeve/protocol';
import { CallTable } from './call-table.ts';
import { PeerSessionBase } from './peer-session.ts';
import type { AwaitedCall } from './recovery-desk.ts';
import type { Route } from './route.ts';

/** A client's session: the routes it has numbered and the calls it waits for. */
export class ClientSession extends PeerSessionBase {
  readonly kind = 'client' as const;
  /** By the number that the client gave. It numbers all its routes and declares those it uses, so there are gaps. */
  readonly routes: (Route | undefined)[] = [];
  readonly pending: CallTable;
  /** By call number: calls of lost brokers whose results it would take from here. */
  readonly awaits: Map<number, AwaitedCall> = new Map<number, AwaitedCall>();
  /** Bodies of its queued and held calls. */
  queuedBytes = 0;
  /** It does not read what it is sent, and will be told to go. */
  isOverfull = false;

  constructor(channel: Channel, instance: Uint8Array, nonce: number, heartbeatMs: number, seed: number) {
    super(channel, instance, nonce, heartbeatMs);
    this.pending = new CallTable(seed);
  }
}
