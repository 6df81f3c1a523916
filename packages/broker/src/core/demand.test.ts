import { expect, test } from 'vitest';
import { BrokerRig, ONCE, TWICE, once, twice } from './broker-rig.test-kit.ts';

test('workers are told once that calls wait for their credit, and once that none does any more', () => {
  const rig = new BrokerRig();
  const [client, a, b] = [rig.client(), rig.worker(0), rig.worker(0)];
  for (let i = 0; i < 3; i++) client.request(once);
  rig.run();
  for (let i = 0; i < 3; i++) {
    client.request(once);
    rig.advance(300);
  }
  expect([a.demands, b.demands]).toEqual([[3], [3]]);
  a.grant(10);
  rig.run();
  expect(a.calls).toHaveLength(6);
  expect(a.demands).toEqual([3]);
  rig.advance(104);
  expect([a.demands, b.demands]).toEqual([
    [3, 0],
    [3, 0],
  ]);
});

test('a queue that is empty for a moment is not over', () => {
  const rig = new BrokerRig();
  const [client, worker] = [rig.client(), rig.worker(0)];
  for (let i = 0; i < 20; i++) {
    client.request(once);
    rig.run();
    worker.grant(1);
    rig.advance(20);
    worker.reply();
    rig.run();
  }
  expect(worker.demands.length).toBeLessThan(10);
});

test('that calls of one kind have gone does not take back the demand of another', () => {
  const rig = new BrokerRig();
  const client = rig.client();
  const [both, other] = [rig.worker(0, [TWICE, ONCE]), rig.worker(0, [ONCE])];
  client.request(twice);
  client.request(once);
  rig.advance(200);
  expect([both.demands, other.demands]).toEqual([[1], [1]]);
  other.grant(1);
  rig.advance(200);
  expect(other.calls).toEqual([2]);
  expect([both.demands, other.demands]).toEqual([[1], [1, 0]]);
  both.grant(1);
  rig.advance(200);
  expect(both.demands).toEqual([1, 0]);
});

test('a worker that comes while calls wait is told', () => {
  const rig = new BrokerRig();
  const [client] = [rig.client(), rig.worker(0)];
  client.request(once);
  rig.advance(50);
  const late = rig.worker(0);
  expect(late.demands).toEqual([1]);
});
