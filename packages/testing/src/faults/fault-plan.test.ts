import { seededRandom } from '@reeve/protocol';
import { expect, test } from 'vitest';
import type { Fault } from './fault.ts';
import { FAULTS } from './fault.ts';
import { FaultPlan } from './fault-plan.ts';

test('a run has one to four faults, and then no more', () => {
  const counts = new Set(plans().map((plan) => strikes(plan, FAULTS, 2_000).length));
  expect(counts).toEqual(new Set([1, 2, 3, 4]));
});

test('many a run has a fault within the few moments of a lone call', () => {
  const hit = plans().filter((plan) => strikes(plan, FAULTS, 8).length > 0);
  expect(hit.length).toBeGreaterThan(80);
});

test('only what is wanted and can strike does', () => {
  const struck = plans(['cut', 'killWorker']).flatMap((plan) => strikes(plan, ['cut', 'delay'], 2_000));
  expect(new Set(struck)).toEqual(new Set(['cut']));
});

test('a fault waits for a moment at which it can strike', () => {
  const plan = new FaultPlan(seededRandom(1), ['killWorker']);
  expect(strikes(plan, ['cut'], 2_000)).toEqual([]);
  expect(plan.pass(['killWorker'])).toBe('killWorker');
});

test('once stopped, nothing strikes', () => {
  for (const plan of plans()) {
    plan.stop();
    expect(strikes(plan, FAULTS, 2_000)).toEqual([]);
  }
});

function plans(faults: readonly Fault[] = FAULTS): FaultPlan[] {
  return Array.from({ length: 200 }, (_, seed) => new FaultPlan(seededRandom(seed), faults));
}

function strikes(plan: FaultPlan, possible: readonly Fault[], moments: number): Fault[] {
  return Array.from({ length: moments }, () => plan.pass(possible)).filter((fault) => fault !== undefined);
}
