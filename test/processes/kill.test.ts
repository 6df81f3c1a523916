import type { Reeve } from '@reeve/client';
import { ReeveError, connect } from '@reeve/client';
import { describe, expect, test } from 'vitest';
import { Fleet, type Member, freeEndpoint } from './fleet.ts';
import { ToilClient } from './generated/toil.client.ts';
import type { Entry } from './history.ts';
import { contradictions } from './history.ts';

/**
 * Calls of both kinds go on while processes are killed. Every idempotent call must get its reply; every at-most-once
 * call a reply or an error that agrees with what the workers wrote down.
 */
describe('calls go on while processes are killed', () => {
  test('one worker after the other', { timeout: 60_000 }, async () => {
    await using fleet = new Fleet();
    const endpoint = await freeEndpoint();
    await fleet.broker(endpoint);
    const workers = await Promise.all([1, 2, 3].map(() => fleet.worker([endpoint])));
    await using reeve = await connect({ brokers: [endpoint] });
    const load = keepCalling(reeve);
    for (const worker of workers) {
      await load.progress(300);
      await worker.kill();
      await fleet.worker([endpoint]);
    }
    await load.progress(300);
    const entries = await load.stop();
    expect(contradictions(entries, fleet.starts())).toEqual([]);
    expect(entries.length).toBeGreaterThan(1_200);
  });

  test('the only broker, which is started again', { timeout: 60_000 }, async () => {
    await using fleet = new Fleet();
    const endpoint = await freeEndpoint();
    let broker = await fleet.broker(endpoint);
    await Promise.all([1, 2].map(() => fleet.worker([endpoint])));
    await using reeve = await connect({ brokers: [endpoint] });
    const load = keepCalling(reeve);
    for (let round = 0; round < 3; round++) {
      await load.progress(300);
      await broker.kill();
      broker = await fleet.broker(endpoint);
    }
    await load.progress(300);
    expect(contradictions(await load.stop(), fleet.starts())).toEqual([]);
  });

  test('one of two brokers, which stays away', { timeout: 60_000 }, async () => {
    await using fleet = new Fleet();
    const endpoints = [await freeEndpoint(), await freeEndpoint()];
    const [first] = (await Promise.all(endpoints.map((e) => fleet.broker(e)))) as [Member, Member];
    await Promise.all([1, 2].map(() => fleet.worker(endpoints)));
    await using reeve = await connect({ brokers: endpoints });
    const load = keepCalling(reeve);
    await load.progress(300);
    await first.kill();
    await load.progress(600);
    expect(contradictions(await load.stop(), fleet.starts())).toEqual([]);
  });

  test('workers and brokers that are asked to leave fail no call of either kind', { timeout: 60_000 }, async () => {
    await using fleet = new Fleet();
    const endpoints = [await freeEndpoint(), await freeEndpoint()];
    const brokers = await Promise.all(endpoints.map((e) => fleet.broker(e)));
    const workers = await Promise.all([1, 2].map(() => fleet.worker(endpoints)));
    await using reeve = await connect({ brokers: endpoints });
    const load = keepCalling(reeve);
    for (const worker of workers) {
      await fleet.worker(endpoints);
      await load.progress(200);
      await worker.terminate();
    }
    for (const [i, broker] of brokers.entries()) {
      await load.progress(200);
      await broker.terminate();
      await fleet.broker(endpoints[i]!);
      await load.progress(200);
    }
    const entries = await load.stop();
    expect(entries.filter((e) => e.error !== undefined).map((e) => `${e.method}: ${e.error!.reason}`)).toEqual([]);
    expect(contradictions(entries, fleet.starts())).toEqual([]);
  });
});

/** Keeps 64 calls of both kinds under way until it is told to stop. */
function keepCalling(reeve: Reeve): { progress(calls: number): Promise<void>; stop(): Promise<Entry[]> } {
  const toil = new ToilClient(reeve);
  const entries: Entry[] = [];
  let isStopping = false;
  let numbers = 0;
  const loop = async (method: 'again' | 'once'): Promise<void> => {
    while (!isStopping) {
      const number = (numbers += 1);
      try {
        const { double } = await toil[method]({ number, ms: number % 20 }, { timeoutMs: 30_000 });
        entries.push({ method, number, double, error: undefined });
      } catch (error) {
        if (!(error instanceof ReeveError)) throw error;
        entries.push({ method, number, double: undefined, error });
      }
    }
  };
  const loops = Array.from({ length: 64 }, (_, i) => loop(i % 2 === 0 ? 'again' : 'once'));
  return {
    async progress(calls) {
      const until = entries.length + calls;
      while (entries.length < until) await Promise.race([new Promise((next) => setTimeout(next, 5)), ...loops]);
    },
    async stop() {
      isStopping = true;
      await Promise.all(loops);
      return entries;
    },
  };
}
