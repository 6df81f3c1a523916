import { describe, expect, test } from 'vitest';
import type { Contender } from './contender.ts';
import type { ContenderPlan } from './contender-plan.ts';
import { runScenario } from './run-scenario.ts';
import type { RunOptions } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const contender = (name: string): ContenderPlan => ({ name, title: name, isBrokered: true, processes: () => [] });
const [A, B] = [contender('a'), contender('b')];

/** Runs two contenders under two loads without processes, and writes down what happens. */
async function run(more: Partial<Scenario>, options: Partial<RunOptions> = {}, failing?: string) {
  const events: string[] = [];
  const load = (name: string): Scenario['loads'][number] => ({
    name,
    measure: async ({ plan }, { warmUpSeconds }) => {
      events.push(`${plan.name} ${name} ${warmUpSeconds}`);
      if (plan.name === failing) throw new Error('no more');
      return { callsPerSecond: events.length };
    },
  });
  const loads = [load('x'), load('y')];
  const scenario: Scenario = { name: 's', title: 'S', quick: 'all', contenders: [A, B], loads, ...more };
  const rows = await runScenario(scenario, {
    rounds: 2,
    seconds: 1,
    missing: new Map(),
    progress: () => undefined,
    start: async (plan) => {
      events.push(`start ${plan.name}`);
      const stop = async (): Promise<void> => void events.push(`stop ${plan.name}`);
      return { plan, cpuUs: 0, stop } as unknown as Contender;
    },
    ...options,
  });
  return { events, rows };
}

describe('a scenario', () => {
  test('lets contenders take turns within each round, and ends them', async () => {
    const { events, rows } = await run({});
    expect(events).toEqual([
      ...['start a', 'a x 1', 'start b', 'b x 1', 'a x 0.3', 'b x 0.3'],
      ...['a y 1', 'b y 1', 'a y 0.3', 'b y 0.3', 'stop a', 'stop b'],
    ]);
    expect(
      rows.map(({ load, contender: name, figures }) => [load, name, figures['callsPerSecond']?.values.length]),
    ).toEqual([
      ...[
        ['x', 'a', 2],
        ['x', 'b', 2],
      ], // oxfmt keeps pairs apart
      ...[
        ['y', 'a', 2],
        ['y', 'b', 2],
      ],
    ]);
  });

  test('starts those that must be alone for each measurement', async () => {
    const { events } = await run({ isAlone: true }, { rounds: 1 });
    expect(events).toEqual([
      ...['start a', 'a x 1', 'stop a', 'start b', 'b x 1', 'stop b'],
      ...['start a', 'a y 1', 'stop a', 'start b', 'b y 1', 'stop b'],
    ]);
  });

  test('takes no more rounds than make sense', async () => {
    const { events } = await run({ roundsMax: 1 });
    expect(events.filter((event) => event.startsWith('a '))).toEqual(['a x 1', 'a y 1']);
  });

  test('leaves out who has failed, says why, and goes on with the others', async () => {
    const { events, rows } = await run({}, {}, 'a');
    expect(events.filter((event) => !event.includes('b'))).toEqual(['start a', 'a x 1', 'stop a']);
    expect(rows.filter((row) => row.contender === 'a').map(({ failed }) => failed)).toEqual(['no more', 'no more']);
    expect(rows.find((row) => row.contender === 'b')).not.toHaveProperty('failed');
  });

  test('does not start who is missing, and says how to install it', async () => {
    const { events, rows } = await run({}, { missing: new Map([['b', 'get b']]) });
    expect(events).not.toContain('start b');
    expect(rows.filter((row) => row.contender === 'b')).toEqual([
      { scenario: 's', load: 'x', contender: 'b', figures: {}, missing: 'get b' },
      { scenario: 's', load: 'y', contender: 'b', figures: {}, missing: 'get b' },
    ]);
  });
});
