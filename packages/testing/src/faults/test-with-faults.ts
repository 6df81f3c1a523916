import type { Fault } from './fault.ts';
import { FAULTS } from './fault.ts';
import type { FaultTest, RunOutcome } from './fault-run.ts';
import { runOnce } from './fault-run.ts';
import type { FaultOptions } from './run-settings.ts';
import { resolveSettings } from './run-settings.ts';

/** What happened over all runs. */
export interface FaultSummary {
  readonly runs: number;
  readonly calls: number;
  /** How often each fault struck. */
  readonly faults: Readonly<Record<Fault, number>>;
}

/**
 * Runs a test many times, each time while other things go wrong: workers and brokers die or stand still, connections
 * break. The real broker, workers and client run, on a simulated clock and network, in this process; the test and the
 * handlers are ordinary code. A seed decides what goes wrong and when, so that a run can be repeated.
 *
 * Make all state anew within the test. Rejects at the first run in which the test fails, with an error that tells what
 * happened in it and how to run it again.
 *
 * @see docs/testing-your-handlers.md
 */
export async function testWithFaults(test: FaultTest, options: FaultOptions = {}): Promise<FaultSummary> {
  const settings = resolveSettings(options, process.env['REEVE_SEED']);
  const summary = { runs: 0, calls: 0, faults: Object.fromEntries(FAULTS.map((fault) => [fault, 0])) };
  for (const seed of settings.seeds) {
    const outcome = await runOnce(seed, test, settings);
    if (outcome.failure !== undefined) throw failureOf(seed, outcome, outcome.failure.error);
    summary.runs += 1;
    summary.calls += outcome.calls;
    for (const [fault, count] of outcome.faults) summary.faults[fault]! += count;
  }
  return summary as FaultSummary;
}

function failureOf(seed: number, { story }: RunOutcome, thrown: unknown): Error {
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  const again = `To run it again: REEVE_SEED=${seed} in the environment, or the option seeds: [${seed}]`;
  return new Error(`with seed ${seed}: ${what}\n\nWhat happened, in simulated time:\n${String(story)}\n\n${again}`, {
    cause: thrown,
  });
}
