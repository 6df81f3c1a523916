import type { ContenderPlan } from './contender-plan.ts';
import { CONTENDERS } from './contenders.ts';
import type { Options } from './options.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** What `--only` may name. */
export const ONLY_NAMES: readonly string[] = [
  ...SCENARIOS.map(({ name }) => name),
  ...CONTENDERS.map(({ name }) => name).filter((name) => name !== 'reeve'),
];

/** The scenarios of a run, each with those contenders and loads that were asked for. */
export function planScenarios(options: Pick<Options, 'quick' | 'all' | 'only'>): Scenario[] {
  const scenarios = SCENARIOS.filter(({ name }) => options.only.includes(name));
  const rivals = options.only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  const wanted = scenarios.length > 0 ? scenarios : SCENARIOS;
  return wanted
    .flatMap((scenario) => (options.quick ? quickPart(scenario) : [scenario]))
    .map((scenario) => ({
      ...scenario,
      contenders: scenario.contenders.filter((plan) => takesPart(plan, rivals, options.all)),
    }))
    .filter(({ contenders }) => contenders.some(({ name }) => rivals.length === 0 || rivals.includes(name)));
}

function quickPart(scenario: Scenario): Scenario[] {
  const { quick } = scenario;
  if (quick === 'nothing') return [];
  if (quick === 'all') return [scenario];
  const loads = scenario.loads.filter(({ name }) => quick.loads.includes(name));
  return [{ ...scenario, contenders: quick.contenders, loads }];
}

function takesPart({ name, isExtra }: ContenderPlan, rivals: readonly string[], all: boolean): boolean {
  if (rivals.length > 0) return name === 'reeve' || rivals.includes(name);
  return all || isExtra !== true;
}
