import { CONNECTION_RULES } from './connection-rules.ts';
import { HEARTBEAT_RULES } from './heartbeat-rules.ts';
import { INVALID_RULES } from './invalid-rules.ts';
import { MIXED_RULES } from './mixed-rules.ts';
import { MMI_RULES } from './mmi-rules.ts';
import { REPLY_RULES } from './reply-rules.ts';
import { REQUEST_RULES } from './request-rules.ts';
import type { Rule } from './rule.ts';
import { STREAM_RULES } from './stream-rules.ts';

/** All rules in the order of a report. */
export const RULES: readonly Rule[] = [
  ...[...REQUEST_RULES, ...REPLY_RULES].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1))),
  ...CONNECTION_RULES,
  ...HEARTBEAT_RULES,
  ...STREAM_RULES,
  ...MMI_RULES,
  ...INVALID_RULES,
  ...MIXED_RULES,
];

/** A rule's place in the RFCs: without a dialect, in both versions of MDP. */
export function citation(rule: Rule, rfc?: 7 | 18): string {
  const numbers = rule.rfc ?? rfc ?? (rule.isAbout !== undefined && rule.id.startsWith('S') ? 18 : '7, 18');
  return `RFC ${numbers}, ${rule.section}`;
}
