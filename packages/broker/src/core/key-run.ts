import { Ring } from '@reeve/protocol';
import type { PendingCall } from './pending-call.ts';

/** What the calls of one key share while none of them has a result: one of them runs, the others wait for it. */
export class KeyRun {
  /** Principal, service, method and key. */
  readonly id: string;
  /** Hash of the body that all of them must have. */
  readonly hash: string;
  /** The call that is queued or dispatched for all. */
  leader: PendingCall;
  readonly waiters: Ring<PendingCall> = new Ring<PendingCall>();

  constructor(id: string, hash: string, leader: PendingCall) {
    this.id = id;
    this.hash = hash;
    this.leader = leader;
  }
}
