import { VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { ScriptedClient, ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, TWICE, once, twice } from './broker-rig.test-kit.ts';

/** Makes calls, one after the other; workers of `broken` fail theirs. */
function callMany(
  rig: BrokerRig,
  client: ScriptedClient,
  workers: ScriptedWorker[],
  broken: ScriptedWorker[],
  n = 100,
) {
  const before = workers.map((w) => w.calls.length);
  for (let i = 0; i < n; i++) {
    client.request(twice);
    rig.run();
    for (const worker of workers) {
      if (worker.calls.length === 0 || worker.last.id === answered.get(worker)) continue;
      answered.set(worker, worker.last.id);
      if (broken.includes(worker)) worker.fail(worker.last, VERDICTS.handlerError);
      else worker.reply();
    }
    rig.run();
  }
  return workers.map((w, i) => w.calls.length - before[i]!);
}
const answered = new WeakMap<ScriptedWorker, number>();

describe('a worker whose calls fail when those of its siblings do not', () => {
  test('is held back: it gets a probe a heartbeat, until one succeeds', () => {
    const rig = new BrokerRig();
    const [client, bad, good] = [rig.client(), rig.worker(999), rig.worker(999)];
    callMany(rig, client, [bad, good], [bad]);
    expect(rig.kinds()).toContain('worker-held-back');
    expect(rig.core.services()[0]!.workers.map((w) => w.isHeldBack)).toEqual([true, false]);
    expect(callMany(rig, client, [bad, good], [bad])).toEqual([0, 100]);
    rig.advance(1_010);
    expect(callMany(rig, client, [bad, good], [bad])).toEqual([1, 99]);
    rig.advance(1_010);
    const [share] = callMany(rig, client, [bad, good], []);
    expect(share).toBeGreaterThan(40);
    expect(rig.kinds()).toContain('worker-recovered');
  });

  test('is not, if its siblings fail as well: the cause is elsewhere', () => {
    const rig = new BrokerRig();
    const [client, a, b] = [rig.client(), rig.worker(999), rig.worker(999)];
    callMany(rig, client, [a, b], [a, b]);
    expect(rig.core.counters.workersHeldBack).toBe(0);
  });

  test('is not, if half of its pool is held back already, or if it is alone', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const workers = Array.from({ length: 4 }, () => rig.worker(999));
    callMany(rig, client, workers, workers.slice(0, 2), 200);
    expect(rig.core.counters.workersHeldBack).toBe(2);
    callMany(rig, client, workers, workers.slice(0, 3), 400);
    expect(rig.core.counters.workersHeldBack).toBe(2);

    const lonely = new BrokerRig();
    const [caller, only] = [lonely.client(), lonely.worker(999)];
    callMany(lonely, caller, [only], [only]);
    expect(lonely.core.counters.workersHeldBack).toBe(0);
  });

  test('has one probe at a time, however long that takes', () => {
    const rig = new BrokerRig();
    const [client, bad, good] = [rig.client(), rig.worker(999), rig.worker(999)];
    callMany(rig, client, [bad, good], [bad]);
    const before = bad.calls.length;
    // The good one keeps what it is given, so the other would be the least loaded.
    for (let i = 0; i < 5; i++) {
      rig.advance(1_010);
      client.request(twice);
      client.request(twice);
      rig.run();
    }
    expect(bad.calls.length - before).toBe(1);
    bad.fail(bad.last, VERDICTS.handlerError);
    rig.advance(1_010);
    client.request(twice);
    rig.run();
    expect(bad.calls.length - before).toBe(2);
  });

  test('is given calls again when the siblings that were better are gone', () => {
    const rig = new BrokerRig();
    const [client, bad, good] = [rig.client(), rig.worker(999), rig.worker(999)];
    callMany(rig, client, [bad, good], [bad]);
    rig.cut(good);
    expect(callMany(rig, client, [bad], [bad], 10)).toEqual([10]);
    // And is held back again when there are others.
    const other = rig.worker(999);
    expect(callMany(rig, client, [bad, other], [bad], 10)).toEqual([0, 10]);
  });

  test('is given what no sibling offers', () => {
    const rig = new BrokerRig();
    const own = { ...ONCE, method: 'own' };
    const [client, bad, good] = [rig.client(), rig.worker(999, [TWICE, own]), rig.worker(999, [TWICE])];
    callMany(rig, client, [bad, good], [bad]);
    const before = bad.calls.length;
    for (let i = 0; i < 10; i++) client.request({ ...once, method: 'own' });
    rig.run();
    expect(bad.calls.length - before).toBe(10);
  });
});
