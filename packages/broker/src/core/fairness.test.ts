import { describe, expect, test } from 'vitest';
import type { ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, twice } from './broker-rig.test-kit.ts';

describe('a pool that has less to give than is asked for', () => {
  test('serves clients in turn, whoever came first and however much each asks for', () => {
    const rig = new BrokerRig();
    const [greedy, modest, worker] = [rig.client(), rig.client(), rig.worker(0)];
    for (let i = 0; i < 50; i++) greedy.request(twice);
    rig.run();
    for (let i = 0; i < 3; i++) modest.request(twice);
    rig.run();
    worker.grant(8);
    rig.run();
    expect(served(worker, modest.instance)).toBe(3);
    expect(served(worker, greedy.instance)).toBe(5);
  });

  test('weighs bodies: a client of large ones gets fewer', () => {
    const rig = new BrokerRig();
    const [large, small, worker] = [rig.client(), rig.client(), rig.worker(0)];
    for (let i = 0; i < 30; i++) {
      large.request(twice, { body: new Uint8Array(3 * 65_536) });
      small.request(twice);
    }
    rig.run();
    worker.grant(20);
    rig.run();
    expect(served(worker, small.instance)).toBe(16);
    expect(served(worker, large.instance)).toBe(4);
  });

  test('lets priority decide within a client only', () => {
    const rig = new BrokerRig();
    const [urgent, patient, worker] = [rig.client(), rig.client(), rig.worker(0)];
    for (let i = 0; i < 3; i++) patient.request(twice, { priority: 3 });
    for (const priority of [3, 1, 0, 2, 0]) urgent.request(twice, { priority });
    rig.run();
    worker.grant(8);
    rig.run();
    expect(served(worker, patient.instance, 6)).toBe(3);
    const ofUrgent = worker.dispatches.filter((d) => isOf(d.instance, urgent.instance));
    expect(ofUrgent.map((d) => d.call)).toEqual([3, 5, 2, 4, 1]);
  });

  function served(worker: ScriptedWorker, instance: Uint8Array, ofFirst: number = Infinity): number {
    return worker.dispatches.slice(0, ofFirst).filter((d) => isOf(d.instance, instance)).length;
  }

  function isOf(a: Uint8Array, b: Uint8Array): boolean {
    return a.every((byte, i) => byte === b[i]);
  }
});
