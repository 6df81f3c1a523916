/**
 * Numbers of messages live on a circle of 32 bits: a session that sends a million messages a second would come round
 * within hours. Only the distance between two of them means anything, and only while it is less than half the circle.
 */
export function nextSeq(seq: number): number {
  return (seq + 1) >>> 0;
}

/** How far `seq` is beyond `from`. Negative if it is before it. */
export function seqDistance(seq: number, from: number): number {
  return (seq - from) | 0;
}

/** What stands for "none yet": the first message has the number after it. */
export const NO_SEQ = 0;
