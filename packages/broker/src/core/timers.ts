import type { Question } from './describe-desk.ts';
import type { PeerSession } from './peer-session.ts';
import type { PendingCall } from './pending-call.ts';
import type { Placement } from './placement.ts';
import type { Pool } from './pool.ts';
import type { AwaitedCall, OfferedResult } from './recovery-desk.ts';

/** What the broker's one timer wheel can wake. */
export type TimerOwner = PendingCall | PeerSession | Placement | Pool | AwaitedCall | OfferedResult | Question;
