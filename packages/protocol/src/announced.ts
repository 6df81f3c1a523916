import { LIMITS } from './limits.ts';

/**
 * Milliseconds that the next hop of a call is told: less than this one has, so that the verdict of the next, which
 * knows more, arrives before its own. The client tells the broker so, and the broker the worker.
 */
export function announcedMs(remainingMs: number): number {
  const { marginShare, marginMinMs, marginMaxMs } = LIMITS;
  const marginMs = Math.min(Math.max(remainingMs * marginShare, marginMinMs), marginMaxMs);
  return Math.max(1, remainingMs - marginMs);
}
