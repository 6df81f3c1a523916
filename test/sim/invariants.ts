import type { Storm } from './storm.ts';
import { LIMITS, bytesEqual } from '@reeve/protocol';

/** Checks what was promised against what the handlers saw. Returns one line for each promise that was broken. */
export function violations(storm: Storm): string[] {
  const broken: string[] = [];
  const starts = new Map<string, number>();
  for (const worker of storm.workers) {
    for (const { callId } of worker.starts) starts.set(callId, (starts.get(callId) ?? 0) + 1);
  }
  for (const call of storm.calls) {
    const { outcome } = call;
    const started = starts.get(call.id) ?? 0;
    const say = (rule: string, what: string): void =>
      void broken.push(`${rule}: call ${call.id.slice(-8)} of ${call.method.method}: ${what}`);
    if (call.settled !== 1 || outcome === undefined) {
      say('S1', `ended ${call.settled} times`);
      continue;
    }
    const tookMs = call.endedAt! - call.startedAt;
    const allowedMs = call.core!.deadline - call.startedAt + TICK_MS;
    if (tookMs > allowedMs) say('S1', `took ${tookMs.toFixed(0)} ms, allowed were ${allowedMs.toFixed(0)}`);
    if (outcome.ok && !bytesEqual(outcome.body, call.body)) say('S2', 'got the reply of another call');
    if (!call.method.idempotent && started > 1) say('S3', `started ${started} times`);
    if (started > LIMITS.attempts * (1 + LIMITS.redispatches)) say('S4', `started ${started} times`);
    if (outcome.ok && started === 0) say('S5', 'has a reply, but was never started');
    if (outcome.ok) continue;
    const { executed, reason } = outcome.failure;
    if (executed === 'no' && started > 0) say('S5', `${reason} says executed: no, but it was started`);
    if (executed === 'yes' && started === 0) say('S5', `${reason} says executed: yes, but it was not started`);
  }
  for (const worker of storm.workers) {
    const limit = worker.concurrency;
    if (worker.runningMost > limit)
      broken.push(`S11: ${worker.name} ran ${worker.runningMost} handlers, allowed ${limit}`);
  }
  for (const client of storm.clients) {
    if (client.core.pendingCalls > 0) broken.push(`S8: ${client.name} still has ${client.core.pendingCalls} calls`);
    if (client.core.unsentBytes > 0)
      broken.push(`S8: ${client.name} still counts ${client.core.unsentBytes} unsent bytes`);
  }
  for (const broker of storm.brokers) {
    for (const [table, size] of Object.entries(broker.core.sizes())) {
      if (size > 0) broken.push(`S8: ${broker.name} still has ${size} in ${table}`);
    }
  }
  return broken;
}

/** A deadline is kept to one tick of the timer wheel. */
const TICK_MS = 4.1;
