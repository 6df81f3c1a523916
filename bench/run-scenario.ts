import type { Contender } from './contender.ts';
import type { ContenderPlan } from './contender-plan.ts';
import type { Figures, Row } from './results.ts';
import { rowOf } from './results.ts';
import type { NamedLoad, Scenario, Times } from './scenario.ts';

/** How a scenario is run. */
export interface RunOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Commands that install what contenders miss, by name of the contender. */
  readonly missing: ReadonlyMap<string, string>;
  readonly progress: (line: string) => void;
  readonly start: (plan: ContenderPlan) => Promise<Contender>;
}

/**
 * Measures every contender under every load. They take turns within each round, so that a machine whose speed drifts
 * is slow for all. One that fails is left out from then on; its row says why.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const stage = new Stage(scenario, options);
  try {
    for (const load of scenario.loads) rows.push(...(await runLoad(stage, load)));
  } finally {
    await stage.clear();
  }
  return rows;
}

async function runLoad(stage: Stage, load: NamedLoad): Promise<Row[]> {
  const { scenario, options } = stage;
  const rounds = Math.min(options.rounds, scenario.roundsMax ?? Infinity);
  const measured = new Map<ContenderPlan, Figures[]>(scenario.contenders.map((plan) => [plan, []]));
  for (let round = 1; round <= rounds; round++) {
    const times = {
      seconds: options.seconds,
      warmUpSeconds: round === 1 || scenario.isAlone === true ? WARM_UP_SECONDS : AGAIN_SECONDS,
    };
    for (const [plan, figures] of measured) {
      const found = await stage.measure(plan, load, times);
      if (found === undefined) continue;
      figures.push(found);
      options.progress(`${scenario.name}: ${load.name}, round ${round}, ${plan.title}: ${brief(found)}`);
    }
  }
  return scenario.contenders.map((plan) => {
    const key = { scenario: scenario.name, load: load.name, contender: plan.name };
    const missing = options.missing.get(plan.name);
    if (missing !== undefined) return { ...key, figures: {}, missing };
    const failed = stage.failed.get(plan);
    return failed === undefined ? rowOf(key, measured.get(plan)!) : { ...key, figures: {}, failed };
  });
}

/** The contenders that run, and those that can no more. */
class Stage {
  readonly scenario: Scenario;
  readonly options: RunOptions;
  readonly failed = new Map<ContenderPlan, string>();
  readonly #running = new Map<ContenderPlan, Contender>();

  constructor(scenario: Scenario, options: RunOptions) {
    this.scenario = scenario;
    this.options = options;
  }

  async measure(plan: ContenderPlan, load: NamedLoad, times: Times): Promise<Figures | undefined> {
    if (this.options.missing.has(plan.name) || this.failed.has(plan)) return undefined;
    try {
      if (this.scenario.isAlone === true) await this.clear();
      const contender = this.#running.get(plan) ?? (await this.options.start(plan));
      this.#running.set(plan, contender);
      const before = this.#othersCpuUs(plan);
      const startedAt = performance.now();
      const figures = await load.measure(contender, times);
      const tookUs = (performance.now() - startedAt) * 1_000;
      return { ...figures, othersCpuShare: (this.#othersCpuUs(plan) - before) / tookUs };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.failed.set(plan, why);
      this.options.progress(`${this.scenario.name}: ${load.name}: ${plan.title} failed: ${why}`);
      await this.#running.get(plan)?.stop();
      this.#running.delete(plan);
      return undefined;
    }
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#running.values()].map((contender) => contender.stop()));
    this.#running.clear();
  }

  /** Whoever is not measured should be idle. */
  #othersCpuUs(plan: ContenderPlan): number {
    return [...this.#running].reduce((sum, [other, { cpuUs }]) => (other === plan ? sum : sum + cpuUs), 0);
  }
}

function brief(figures: Figures): string {
  const { callsPerSecond, p50Ms } = figures;
  if (callsPerSecond !== undefined && p50Ms !== undefined) {
    return `${Math.round(callsPerSecond).toLocaleString('en')} calls/s, p50 ${p50Ms.toFixed(3)} ms`;
  }
  return Object.entries(figures)
    .filter(([name]) => name !== 'othersCpuShare')
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
}

/** Long enough for the engine to compile what is hot. */
const WARM_UP_SECONDS = 1;
/** It has been compiled before; this fills caches again. */
const AGAIN_SECONDS = 0.3;
