import type { Instant, Timed } from '@reeve/protocol';
import { TimerNode } from '@reeve/protocol';
import type { AskLane } from './ask-lane.ts';
import type { BodyForm } from './bodies.ts';

/** A request of a Majordomo client. */
export class Ask {
  readonly lane: AskLane;
  /** As it came: what form it must have is known only when somebody is there to take it. */
  readonly frames: readonly Uint8Array[];
  readonly bytes: number;
  readonly arrivedAt: Instant;
  readonly deadlineAt: Instant;
  /** Wakes it when it has rested. */
  readonly timer: TimerNode<Timed>;
  /** The form in which its answer is expected. Set when it is sent. */
  form: BodyForm = 'raw';
  attempt = 0;
  /** Until when it waits for a worker. Set when there was none. */
  holdUntil: Instant | undefined;
  /** Some of the answer has been passed on: to start anew would repeat it. */
  isPartlyAnswered = false;
  /** Some of the answer was lost: the rest would pass for the whole. */
  isBroken = false;
  /** Parts that wait for the end. */
  parts: (readonly Uint8Array[])[] = [];
  partBytes = 0;

  constructor(lane: AskLane, frames: readonly Uint8Array[], now: Instant, onRested: (now: Instant, ask: Ask) => void) {
    this.lane = lane;
    this.frames = frames;
    this.bytes = frames.reduce((sum, frame) => sum + frame.length + FRAME_BYTES, ASK_BYTES);
    this.arrivedAt = now;
    this.deadlineAt = now + lane.route.timeoutMs;
    this.timer = new TimerNode<Timed>({ onTimer: (at) => onRested(at, this) });
  }
}

/** What a request costs beyond its body, roughly. */
const ASK_BYTES = 256;
/** What a frame costs beyond its bytes, roughly. */
const FRAME_BYTES = 64;
