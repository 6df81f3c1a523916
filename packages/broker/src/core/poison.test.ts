import { describe, expect, test } from 'vitest';
import type { ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, once, twice } from './broker-rig.test-kit.ts';

const POISON = Uint8Array.of(66);

/** Has a call in flight while two workers die. */
function twoDeaths(rig: BrokerRig): string | undefined {
  const client = rig.client();
  const call = client.request(twice, { body: POISON });
  rig.run();
  for (let i = 0; i < 2; i++) rig.cut(rig.worker(1));
  return client.verdict(call);
}

describe('a call that was in flight on two workers that died', () => {
  test('is not given a third, nor is another call with its body, for a while', () => {
    const rig = new BrokerRig({ poisonWindowMs: 5_000 });
    const [client, first] = [rig.client(), rig.worker(0)];
    rig.cut(first);
    expect(twoDeaths(rig)).toBe('aborted poison_suspected unknown');
    const worker = rig.worker(9);
    const again = client.request(twice, { body: POISON });
    rig.run();
    expect(client.verdict(again)).toBe('aborted poison_suspected no');
    rig.advance(5_010);
    expect(rig.core.sizes()['poisonBodies']).toBe(0);
    client.request(twice, { body: POISON });
    rig.run();
    expect(worker.calls).toHaveLength(1);
  });

  test('taints neither other bodies nor other methods', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.cut(rig.worker(0));
    twoDeaths(rig);
    const worker = rig.worker(9);
    client.request(twice, { body: Uint8Array.of(67) });
    client.request(once, { body: POISON });
    rig.run();
    expect(worker.calls).toHaveLength(2);
  });

  test('is known by its body also where that was let go of, because its caller gave up', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    const call = client.request(twice, { body: POISON, key: Uint8Array.of(1) });
    rig.run();
    rig.cut(first);
    const second = rig.worker(1);
    client.cancel(call);
    rig.run();
    rig.cut(second);
    const worker = rig.worker(9);
    const [again, empty] = [POISON, new Uint8Array(0)].map((body) => client.request(twice, { body }));
    rig.run();
    expect(client.verdict(again!)).toBe('aborted poison_suspected no');
    expect(worker.calls).toEqual([empty]);
  });

  test('is one of a bounded number: the oldest suspect is forgotten', () => {
    const rig = new BrokerRig({ poisonBodiesMax: 1 });
    const client = rig.client();
    rig.cut(rig.worker(0));
    for (const body of [POISON, Uint8Array.of(67)]) {
      client.request(twice, { body });
      for (let i = 0; i < 2; i++) rig.cut(rig.worker(1));
    }
    expect(rig.core.sizes()['poisonBodies']).toBe(1);
    const worker = rig.worker(9);
    client.request(twice, { body: POISON });
    rig.run();
    expect(worker.calls).toHaveLength(1);
  });
});

describe('calls that were in flight on a worker that died', () => {
  test('come one to a worker, so that the guilty one is alone when it kills again', () => {
    const rig = new BrokerRig();
    const [client, dead] = [rig.client(), rig.worker(3)];
    for (let i = 0; i < 3; i++) client.request(twice);
    rig.run();
    rig.cut(dead);
    const [a, b] = [rig.worker(9), rig.worker(9)];
    expect([a.calls, b.calls]).toEqual([[1], [2]]);
    rig.cut(a);
    expect(client.verdict(1)).toBe('aborted poison_suspected unknown');
    finish(rig, b);
    finish(rig, b);
    expect([2, 3].map((call) => client.verdict(call))).toEqual(['reply', 'reply']);
  });

  test('do not hold up those that were not', () => {
    const rig = new BrokerRig();
    const [client, dead] = [rig.client(), rig.worker(2)];
    for (let i = 0; i < 4; i++) client.request(twice);
    rig.run();
    rig.cut(dead);
    const worker = rig.worker(9);
    expect(worker.calls).toEqual([1, 3, 4]);
    finish(rig, worker, 0);
    expect(worker.calls).toEqual([1, 3, 4, 2]);
  });

  test('are innocent if the worker said goodbye', () => {
    const rig = new BrokerRig();
    const [client, leaving] = [rig.client(), rig.worker(2)];
    for (let i = 0; i < 2; i++) client.request(twice);
    rig.run();
    leaving.bye();
    rig.run();
    expect(rig.worker(9).calls).toEqual([1, 2]);
  });
});

function finish(rig: BrokerRig, worker: ScriptedWorker, index: number = worker.dispatches.length - 1): void {
  worker.reply(worker.dispatches[index]);
  rig.run();
}
