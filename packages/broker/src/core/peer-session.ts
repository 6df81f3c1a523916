import type { Channel, Instant, PeerId } from '@reeve/protocol';
import { TimerNode, toHex } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerSession } from './worker-session.ts';

/** What the session of a client and that of a worker have in common. */
export abstract class PeerSessionBase {
  readonly channel: Channel;
  /** The process's own id, 16 bytes. */
  readonly instance: Uint8Array;
  readonly heartbeatMs: number;
  /** The HELLO that this session answered. */
  readonly nonce: number;
  /** Who this is, for rights. Everyone is the same until there are rights. */
  readonly principal: string = 'anonymous';
  /** Wakes the session when a heartbeat is due, or missing. */
  readonly timer: TimerNode<TimerOwner>;
  /** When the timer was meant to fire. */
  timerDueAt: Instant = 0;
  isEnded = false;

  constructor(channel: Channel, instance: Uint8Array, nonce: number, heartbeatMs: number) {
    this.channel = channel;
    this.instance = instance;
    this.nonce = nonce;
    this.heartbeatMs = heartbeatMs;
    this.timer = new TimerNode<TimerOwner>(this as never);
  }

  get peer(): PeerId {
    return this.channel.peer;
  }

  get token(): number {
    return this.channel.session;
  }

  /** Short name for people, where the peer gave none. */
  get shortName(): string {
    return toHex(this.instance.subarray(0, 4));
  }
}

export type PeerSession = ClientSession | WorkerSession;
