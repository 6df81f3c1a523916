import { describe, expect, test } from 'vitest';
import { ONLY_NAMES, planScenarios } from './plan.ts';
import { RATIO_NAMES, ratiosOf } from './ratios.ts';
import { rates, rowWith } from './results.test-kit.ts';

const plan = (options: Partial<Parameters<typeof planScenarios>[0]>): Record<string, string[]> => {
  const scenarios = planScenarios({ quick: false, all: false, only: [], ...options });
  return Object.fromEntries(scenarios.map(({ name, contenders }) => [name, contenders.map((one) => one.name)]));
};

describe('what a run measures', () => {
  test('the usual peers, unless all are wanted', () => {
    const usual = ['reeve', 'bare-relay', 'c-proxy', 'nats', 'moleculer-nats', 'moleculer-tcp', 'grpc'];
    expect(plan({})['inflight']).toEqual(usual);
    expect(plan({ all: true })['inflight']).toEqual([...usual, 'trpc', 'fastify', 'bullmq']);
  });

  test('--quick measures what every ratio needs', () => {
    const rows = planScenarios({ quick: true, all: false, only: [] }).flatMap(({ name, contenders, loads }) =>
      loads.flatMap((load) =>
        contenders.map((one) =>
          name === 'overload'
            ? rowWith(`${name}|${load.name}|${one.name}`, { goodputShare: [1] })
            : rates(`${name}|${load.name}|${one.name}`, 1),
        ),
      ),
    );
    expect(Object.keys(ratiosOf(rows))).toEqual([...RATIO_NAMES]);
  });

  test('--only of a scenario', () => {
    expect(Object.keys(plan({ only: ['storm', 'pool'] }))).toEqual(['pool', 'storm']);
  });

  test('--only of a contender is Reeve beside it, wherever it takes part', () => {
    expect(plan({ only: ['nats'] })).toMatchObject({ inflight: ['reeve', 'nats'], clients: ['reeve', 'nats'] });
    expect(plan({ only: ['nats'] })).not.toHaveProperty('bodies');
  });

  test('--only of a peer that is extra does not need --all', () => {
    expect(plan({ only: ['trpc', 'inflight'] })).toEqual({ inflight: ['reeve', 'trpc'] });
  });

  test('a scenario and a contender that is not in it leave nothing', () => {
    expect(plan({ only: ['bodies', 'grpc'] })).toEqual({});
  });

  test('no scenario is called like a contender', () => {
    expect(new Set(ONLY_NAMES).size).toBe(ONLY_NAMES.length);
  });
});
