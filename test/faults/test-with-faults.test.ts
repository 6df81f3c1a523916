import type { FaultOptions, FaultRun } from '@reeve/testing';
import { FAULTS, testWithFaults } from '@reeve/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ErrandClient } from './generated/errand.client.ts';
import type { ErrandHandlers } from './generated/errand.worker.ts';
import { serveErrand } from './generated/errand.worker.ts';

type Handler = ErrandHandlers['again'];
/** How often the handler of an at-most-once call may have been started, by what its caller was told. */
const STARTS = { yes: [1], no: [0], unknown: [0, 1] };
const double: Handler = ({ number }) => ({ double: 2 * number });

describe('what goes wrong', () => {
  test('is everything that is asked for', async () => {
    const summary = await testWithFaults(tenCalls(), { brokers: 2 });
    expect(summary).toMatchObject({ runs: 50, calls: 500 });
    const missing = FAULTS.filter((fault) => summary.faults[fault] === 0);
    expect(missing).toEqual([]);
  });

  test('is nothing else', async () => {
    const { faults } = await testWithFaults(tenCalls(), { faults: ['cut', 'killWorker'], seeds: 20 });
    const struck = Object.entries(faults).filter(([, count]) => count > 0);
    expect(struck.map(([fault]) => fault).toSorted()).toEqual(['cut', 'killWorker']);
  });

  test('is the same for the same seed, at the same time, and differs between seeds', async () => {
    const stories: string[] = [];
    for (const seed of [3, 3, 4]) stories.push((await failure(tenCalls(failAtTheEnd), { seeds: [seed] })).message);
    expect(stories[1]).toBe(stories[0]);
    expect(stories[2]).not.toBe(stories[0]);
  });

  test('a worker dies before, in and after a handler, and nothing begins in it later', async () => {
    const stories: string[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const options: FaultOptions = { seeds: [seed], faults: ['killWorker'] };
      stories.push((await failure(tenCalls(failAtTheEnd), options)).message);
    }
    const all = stories.join('\n');
    expect(all).toMatch(/worker \d+ +is killed before the handler of errand\.again begins/);
    expect(all).toMatch(/worker \d+ +is killed as the handler of errand\.again begins, which goes on unheard/);
    expect(all).toMatch(/worker \d+ +is killed after the handler of errand\.again, before its answer leaves/);
    const haunted = stories.filter((story) => /(worker \d+) +is killed before the handler[^]*\1 .*starts/.test(story));
    expect(haunted).toEqual([]);
  });
});

describe('a run', () => {
  test('keeps what is promised: nothing is started twice that may not be, and no answer is wrong', async () => {
    await testWithFaults(
      async (run) => {
        const starts: number[] = [];
        const handler: Handler = (input, ctx) => {
          starts.push(input.number);
          return double(input, ctx);
        };
        const errand = await serving(run, handler);
        const results = await Promise.all(numbers(10).map((number) => errand.safe.once({ number })));
        await run.calm();
        for (const [number, result] of results.entries()) {
          const count = starts.filter((started) => started === number).length;
          expect(result.ok ? result.value.double : 2 * number).toBe(2 * number);
          expect(STARTS[result.ok ? 'yes' : result.error.executed]).toContain(count);
        }
      },
      { seeds: 30, brokers: 2 },
    );
  });

  test('makes services anew for each process, and keeps what stands outside', async () => {
    const processes: number[] = [];
    await testWithFaults(
      async (run) => {
        let made = 0;
        await run.serve(() => {
          made += 1;
          return [serveErrand({ again: double, once: double })];
        });
        await new ErrandClient(run.client).safe.again({ number: 1 });
        await run.calm();
        processes.push(made);
      },
      { faults: ['killWorker'] },
    );
    expect(Math.min(...processes)).toBe(2);
    expect(Math.max(...processes)).toBeGreaterThan(2);
  });

  test('of ten simulated minutes takes no time worth speaking of', async () => {
    await expect(testWithFaults((run) => run.sleep(590_000), { seeds: 1 })).resolves.toMatchObject({ runs: 1 });
  });

  test('that waits for what does not come fails', async () => {
    const error = await failure((run) => run.sleep(1e9), { seeds: [1] });
    expect(error.message).toContain(
      'the test did not end within 600 s of simulated time: it waits for something that does not come',
    );
  });
});

describe('handlers', () => {
  afterEach(() => vi.useRealTimers());

  test('that wait for real things are waited for: no deadline comes before', async () => {
    const slowly: Handler = async (input, ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return double(input, ctx);
    };
    const spent: number[] = [];
    await testWithFaults(
      async (run) => {
        const errand = await serving(run, slowly);
        await expect(errand.again({ number: 2 }, { timeoutMs: 10_000 })).resolves.toEqual({ double: 4 });
        spent.push(run.now);
      },
      { seeds: [1], faults: [] },
    );
    // Jumps from heartbeat to heartbeat would have brought it to the deadline.
    expect(spent[0]).toBeLessThan(5_000);
  });

  test('that wait for fake timers get them moved along', async () => {
    vi.useFakeTimers();
    const slowly: Handler = async (input, ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      return double(input, ctx);
    };
    await testWithFaults(
      async (run) => {
        const errand = await serving(run, slowly);
        await expect(errand.again({ number: 2 })).resolves.toEqual({ double: 4 });
        expect(run.now).toBeGreaterThan(9_000);
      },
      { seeds: [1], faults: [], advanceTimers: (ms) => vi.advanceTimersByTime(ms) },
    );
  });

  test('that call other services do not hold the time up', async () => {
    const calling = async (run: FaultRun): Promise<void> => {
      const errand = new ErrandClient(run.client);
      await run.serve(() => [serveErrand({ again: double, once: (input, ctx) => errand.again(input, { from: ctx }) })]);
      await errand.safe.once({ number: 3 });
      await run.calm();
    };
    const { calls } = await testWithFaults(calling, { seeds: 20, faults: ['stopWorker', 'killBroker'] });
    expect(calls).toBeGreaterThan(20);
  });
});

describe('a test that fails', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('says with which seed, why, what happened, and how to run it again', async () => {
    const error = await failure(tenCalls(failAtTheEnd), { seeds: [7] });
    expect(error.message).toMatch(/^with seed 7: the end\n/);
    expect(error.message).toMatch(/ ms {2}test +calls errand\.again \{ number: 0 \}\n/);
    expect(error.message).toMatch(/ ms {2}worker \d +starts errand\.again \{ number: 0 \}, attempt 1\n/);
    expect(error.message).toMatch(/REEVE_SEED=7 in the environment, or the option seeds: \[7\]$/);
    expect(error.cause).toMatchObject({ message: 'the end' });
  });

  test('is run again alone by REEVE_SEED', async () => {
    vi.stubEnv('REEVE_SEED', '7');
    expect((await failure(tenCalls(failAtTheEnd), { seeds: 50 })).message).toMatch(/^with seed 7: /);
  });

  test.each(['abc', '', '-1', '1e3'])('by REEVE_SEED=%s says so in one line', async (seed) => {
    vi.stubEnv('REEVE_SEED', seed);
    const line = `REEVE_SEED is "${seed}", but must be the number of a seed, such as 7`;
    await expect(testWithFaults(() => undefined)).rejects.toThrow(line);
  });

  test.each<[options: FaultOptions, line: RegExp]>([
    [{ seeds: 0 }, /^seeds is 0, but must be an integer from 1 to/],
    [{ seeds: [] }, /^seeds is empty: give a number of runs, or at least one seed$/],
    [{ workers: 0 }, /^workers is 0, but must be an integer from 1 to 100$/],
    [{ faults: ['kilWorker' as 'killWorker'] }, /^fault "kilWorker" is not known; there are: killWorker, /],
  ])('by its options, %o, says so in one line', async (options, line) => {
    await expect(testWithFaults(() => undefined, options)).rejects.toThrow(line);
  });
});

function tenCalls(atTheEnd: () => void = () => undefined): (run: FaultRun) => Promise<void> {
  return async (run) => {
    const errand = await serving(run, double);
    await Promise.all(numbers(10).map((number) => errand.safe.again({ number })));
    await run.calm();
    atTheEnd();
  };
}

function failAtTheEnd(): void {
  throw new Error('the end');
}

async function serving(run: FaultRun, handler: Handler): Promise<ErrandClient> {
  await run.serve(() => [serveErrand({ again: handler, once: handler })]);
  return new ErrandClient(run.client);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

async function failure(test_: (run: FaultRun) => Promise<void>, options: FaultOptions): Promise<Error> {
  const outcome: unknown = await testWithFaults(test_, options).catch((error: unknown) => error);
  if (outcome instanceof Error) return outcome;
  throw new Error('the test did not fail');
}
