import { beforeAll, describe, expect, test } from 'vitest';
import { DIALECTS } from './dialect.ts';
import type { Fault } from './planted-faults.ts';
import { FAULTS, plant } from './planted-faults.ts';
import { BROKER_HEARTBEAT_MS, TIMINGS } from './quick-timings.test-kit.ts';
import type { Timings } from './rule.ts';
import { RULES } from './rules.ts';
import { runRules } from './run-rules.ts';

describe('a planted fault is found', () => {
  const outcomes = new Map<string, string[]>();
  beforeAll(async () => {
    await Promise.all(
      FAULTS.map(async (fault) => {
        outcomes.set(fault.what, await found(fault));
      }),
    );
  }, 60_000);

  test.each(FAULTS.map(({ what, foundBy }) => [what, foundBy] as const))('that %s', (what, foundBy) => {
    expect(outcomes.get(what)).toEqual(RULES.map(({ id }) => id).filter((id) => foundBy.includes(id)));
  });
});

/** The rules that fail, of those that must. A busy machine can hide one from a try, hardly from two. */
async function found(fault: Fault): Promise<string[]> {
  const first = await failures(fault);
  return first.length === fault.foundBy.length ? first : failures(fault);
}

async function failures(fault: Fault): Promise<string[]> {
  const broker = await plant(fault).start(BROKER_HEARTBEAT_MS);
  const dialects = DIALECTS.filter(({ name }) => name === (fault.dialect ?? 'mdp01'));
  const options = { dialects, only: fault.foundBy, isStrict: true, retrySafe: 'safe' };
  const results = await runRules({ endpoint: broker.endpoint, timings: PLANTED_TIMINGS, ...options });
  broker.close();
  return results.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule.id);
}

/** Some faults show in that nothing comes, others in that something does. */
const PLANTED_TIMINGS: Timings = { ...TIMINGS, timeoutMs: 1_500, quietMs: 300 };
