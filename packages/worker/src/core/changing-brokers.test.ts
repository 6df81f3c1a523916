import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { Rig } from './scripted-broker.test-kit.ts';

/** A worker with 16 slots and the brokers b0, b1 and b2, of which it knows those that are named. */
function rigOf(...listed: number[]): Rig {
  const brokers = listed.map(endpoint);
  return new Rig({ brokerCount: 3, brokers, brokersMayChange: true, concurrency: 8, prefetch: 8 }).open();
}

function relist(rig: Rig, ...listed: number[]): void {
  rig.core.handleCommand(rig.now, { kind: 'brokers', endpoints: listed.map(endpoint) });
  rig.settle();
}

function endpoint(number: number): string {
  return `memory://b${number}`;
}

function dials(rig: Rig, number: number): number {
  return rig.events.filter((event) => event.kind === 'dial' && event.endpoint === endpoint(number)).length;
}

function links(rig: Rig): string[] {
  return rig.core.links.map(({ uplink }) => uplink.endpoint.slice('memory://'.length));
}

describe('a broker that appears', () => {
  test('is greeted and gets credit of what was kept in reserve, and no more than there is', () => {
    const rig = rigOf(0);
    const [a, b] = [rig.brokers[0]!, rig.brokers[1]!];
    expect(a.granted).toBe(8);
    relist(rig, 0, 1);
    expect(b.of('ready')).toHaveLength(1);
    expect([a.granted, b.granted]).toEqual([8, 4]);
    b.demand(100);
    rig.settle();
    expect([a.granted, b.granted]).toEqual([8, 7]);
  });

  test('has one slot at least, however much the others have asked for', () => {
    const rig = rigOf(0);
    rig.broker.demand(100);
    rig.settle();
    expect(rig.broker.granted).toBe(15);
    relist(rig, 0, 1);
    expect(rig.brokers[1]!.granted).toBe(1);
  });

  test('and finds all slots taken gets the first that becomes free', () => {
    const rig = rigOf(0);
    const [a, b, c] = rig.brokers as [Rig['broker'], Rig['broker'], Rig['broker']];
    a.demand(100);
    rig.settle();
    relist(rig, 0, 1, 2);
    expect([a.granted, b.granted, c.granted]).toEqual([15, 1, 0]);
    a.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([a.granted, b.granted, c.granted]).toEqual([15, 1, 1]);
  });

  test('gets it from one that has had its turn, too, and from one that is left', () => {
    const rig = rigOf(0);
    const [a, b, c] = rig.brokers as [Rig['broker'], Rig['broker'], Rig['broker']];
    a.demand(100);
    rig.settle();
    relist(rig, 0, 1, 2);
    b.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([a.granted, b.granted, c.granted]).toEqual([15, 1, 1]);
    relist(rig, 0, 1);
    expect([a.granted, b.granted]).toEqual([15, 2]);
  });

  test('may be the first of all', () => {
    const rig = rigOf();
    relist(rig, 2);
    expect(rig.brokers[2]!.granted).toBe(8);
  });
});

describe('a broker that disappears', () => {
  test('with nothing at work is told DRAIN, then goodbye, and its slots are free for the others', () => {
    const rig = rigOf(0, 1);
    const [a, b] = [rig.brokers[0]!, rig.brokers[1]!];
    relist(rig, 1);
    expect([a.of('drain').length, a.of('bye')]).toEqual([1, [{ is: 'bye', why: 'drained' }]]);
    expect(links(rig)).toEqual(['b1']);
    expect(rig.events.slice(-2)).toMatchObject([{ kind: 'hangUp' }, { kind: 'removed', endpoint: 'memory://b0' }]);
    b.demand(100);
    rig.settle();
    expect(b.granted).toBe(15);
  });

  test('gets the answers to what it has sent, what waits included, and is left then', () => {
    const rig = rigOf(0, 1);
    const a = rig.brokers[0]!;
    a.demand(100);
    rig.settle();
    const ids = Array.from({ length: 10 }, () => a.dispatch());
    rig.settle();
    expect([rig.core.running, rig.core.waiting]).toEqual([8, 2]);
    relist(rig, 1);
    for (let done = 0; done < ids.length; done++) {
      expect(a.of('bye')).toEqual([]);
      rig.complete(rig.started[done]!);
      rig.settle();
    }
    expect(a.of('reply').map(({ id }) => id)).toEqual(ids);
    expect([a.of('bye').length, links(rig)]).toEqual([1, ['b1']]);
  });

  test('gets back unstarted what it sent before it read DRAIN', () => {
    const rig = rigOf(0, 1);
    const a = rig.brokers[0]!;
    const id = a.dispatch();
    rig.core.handleCommand(rig.now, { kind: 'brokers', endpoints: [endpoint(1)] });
    rig.settle();
    expect([a.of('reject').map((reject) => reject.id), rig.started]).toEqual([[id], []]);
    expect(links(rig)).toEqual(['b1']);
  });

  test('is not left before it has read DRAIN: what it dispatched meanwhile would be lost', () => {
    const rig = rigOf(0, 1);
    const a = rig.brokers[0]!;
    a.isDeaf = true;
    relist(rig, 1);
    expect(links(rig)).toEqual(['b0', 'b1']);
    const id = a.dispatch();
    rig.settle();
    a.isDeaf = false;
    a.hearWhatWasMissed(rig.now);
    rig.settle();
    expect(a.of('reject').map((reject) => reject.id)).toEqual([id]);
    expect([a.of('bye').length, links(rig)]).toEqual([1, ['b1']]);
  });

  test('and is lost is not greeted again; its handlers end for nobody', () => {
    const rig = rigOf(0, 1);
    const a = rig.brokers[0]!;
    a.dispatch();
    rig.settle();
    relist(rig, 1);
    rig.cut(a);
    rig.settle();
    expect([links(rig), rig.core.running]).toEqual([['b1'], 1]);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([rig.core.running, rig.core.counters.dropped]).toEqual([0, 1]);
    rig.pass(LIMITS.helloTimeoutMs);
    expect(dials(rig, 0)).toBe(1);
  });

  test('and comes back meanwhile gets a new session when what it had is done', () => {
    const rig = rigOf(0, 1);
    const a = rig.brokers[0]!;
    a.dispatch();
    rig.settle();
    relist(rig, 1);
    relist(rig, 0, 1);
    expect(a.of('ready')).toHaveLength(1);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([a.of('reply').length, a.of('bye').length]).toEqual([1, 1]);
    rig.pass(LIMITS.reconnectMaxMs);
    expect([a.of('ready').length, a.granted]).toEqual([2, 4]);
    expect(rig.status()).not.toContain('removed');
  });

  test('that never answered is not dialled again', () => {
    const rig = new Rig({ brokerCount: 2, brokersMayChange: true });
    rig.brokers[0]!.isSilent = true;
    rig.open();
    relist(rig, 1);
    expect(links(rig)).toEqual(['b1']);
    rig.pass(LIMITS.helloTimeoutMs * 2);
    expect(dials(rig, 0)).toBe(1);
  });
});

test('a drain ends with a broker that is being left, whatever the list does after', () => {
  const rig = rigOf(0, 1);
  rig.brokers[0]!.dispatch();
  rig.settle();
  relist(rig, 1);
  rig.core.drain(rig.now, 5_000);
  relist(rig, 0, 1, 2);
  expect(rig.core.state).toBe('draining');
  rig.complete(rig.started[0]!);
  rig.settle();
  expect(rig.core.state).toBe('closed');
  expect(rig.brokers.map((broker) => [broker.of('drain').length, broker.of('bye').length])).toEqual([
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  expect(rig.brokers[0]!.of('reply')).toHaveLength(1);
});
