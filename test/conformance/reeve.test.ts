import { expect, test } from 'vitest';
import { HOLD_MS, RETRY_SAFE, startReeve } from '../interop/reeve-broker.ts';
import { DIALECTS } from './dialect.ts';
import type { RunOptions } from './run-rules.ts';
import { runRules } from './run-rules.ts';

test("Reeve's broker keeps every rule in every dialect", { timeout: 120_000 }, async () => {
  const broker = await startReeve();
  const { endpoint } = broker;
  const config = { retrySafe: RETRY_SAFE, isStrict: true };
  const options: RunOptions = { endpoint, dialects: DIALECTS, timings: TIMINGS, ...config };
  const results = await runRules(options);
  const skipped = new Set(results.filter(({ outcome }) => outcome === 'skipped').map(({ rule }) => rule.id));
  // A busy machine can upset a time; a fault is there again.
  const only = results.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule.id);
  const again = only.length > 0 ? await runRules({ ...options, only }) : [];
  await broker.close();
  expect([...skipped]).toEqual([]);
  const failed = again.filter(({ outcome }) => outcome === 'failed');
  expect(failed.map(({ rule, dialect, difference }) => ({ rule: rule.id, dialect: dialect.name, difference }))).toEqual(
    [],
  );
});

/** Those of the command, with an interval of which Reeve gives a silent worker less than four. */
const TIMINGS = { timeoutMs: 3_000, heartbeatMs: 2_000, quietMs: 300, holdMs: HOLD_MS };
