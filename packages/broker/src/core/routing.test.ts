import { describe, expect, test } from 'vitest';
import { BrokerRig, ONCE, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';

describe('a service that nobody offers', () => {
  test('is unknown at once when the broker is warm', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const call = client.request(once);
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'unimplemented unknown_service no', starts: 0 });
  });

  test('may appear while the broker warms up', () => {
    const rig = new BrokerRig({ warmUpMs: 5_000 });
    const client = rig.client();
    const [found, lost] = [client.request(once), client.request({ ...once, service: 'other' })];
    rig.advance(4_900);
    expect(client.answers).toEqual([]);
    const worker = rig.worker();
    expect(worker.calls).toEqual([found]);
    rig.advance(104);
    expect(client.verdict(lost)).toBe('unimplemented unknown_service no');
  });

  test('but had started an idempotent call finds its next worker, however late', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const worker = rig.worker();
    const call = client.request(twice, { remainingMs: 30_000 });
    rig.advance(10);
    rig.cut(worker);
    rig.advance(10_000);
    expect(client.answers).toEqual([]);
    expect(rig.worker().calls).toEqual([call]);
  });

  test('but had a worker has a time of grace', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const worker = rig.worker();
    rig.cut(worker);
    const call = client.request(once);
    rig.advance(990);
    expect(client.answers).toEqual([]);
    rig.advance(20);
    expect(client.verdict(call)).toBe('unavailable no_worker no');
    const later = client.request(once);
    rig.advance(500);
    expect(rig.worker().calls).toEqual([later]);
  });

  test('is forgotten after its time', () => {
    const rig = new BrokerRig({ serviceMemoryMs: 60_000 });
    const client = rig.client();
    rig.cut(rig.worker());
    rig.advance(59_000);
    client.request(once);
    rig.advance(1_010);
    expect(client.verdict(1)).toBe('unavailable no_worker no');
    client.request(once);
    rig.run();
    expect(client.verdict(2)).toBe('unimplemented unknown_service no');
  });

  test('gives calls that were queued for its last worker the grace, not more', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const worker = rig.worker(0);
    const [a, b] = [client.request(once, { remainingMs: 60_000 }), client.request(once, { remainingMs: 500 })];
    rig.run();
    rig.cut(worker);
    rig.advance(990);
    expect(client.verdict(a)).toBe(undefined);
    expect(client.verdict(b)).toBe('deadline_exceeded expired_in_queue no');
    rig.advance(20);
    expect(client.verdict(a)).toBe('unavailable no_worker no');
  });

  test('gives the grace again each time its last worker leaves', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const call = client.request(once, { remainingMs: 60_000 });
    rig.cut(rig.worker(0));
    client.request(once, { call: 9, remainingMs: 60_000 });
    for (let i = 0; i < 3; i++) {
      rig.advance(800);
      const worker = rig.worker(0);
      rig.advance(800);
      rig.cut(worker);
    }
    rig.advance(990);
    expect(client.verdict(9)).toBe(undefined);
    rig.advance(20);
    expect(client.verdict(9)).toBe('unavailable no_worker no');
    expect(client.verdict(call)).toBe('unimplemented unknown_service no');
  });
});

describe('a method', () => {
  test('that no worker offers is unknown', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.worker(9, [TWICE]);
    const call = client.request(once);
    rig.run();
    expect(client.verdict(call)).toBe('unimplemented unknown_method no');
  });

  test('whose contract no worker accepts is refused with the reason', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const refuses = [{ fingerprint: 'old', why: 'quantity became an integer' }];
    rig.worker(9, [offered('once', { fingerprint: 'new', refuses, version: '2.1.0' })]);
    const [known, unknown] = [
      client.request({ ...once, fingerprint: 'old' }),
      client.request({ ...once, fingerprint: 'odd' }),
    ];
    rig.run();
    expect(client.answer(known)).toMatchObject({
      verdict: 'failed_precondition incompatible_contract no',
      message: 'quantity became an integer; workers serve version 2.1.0: generate the stubs again from it',
    });
    expect(client.answer(unknown).message).toBe(
      'workers serve version 2.1.0, and neither side knows the contract of the other; generate the stubs again',
    );
  });

  test('is refused with the reason of whichever worker knows one, or of the caller', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const refuses = [{ fingerprint: 'old', why: 'quantity became an integer' }];
    rig.worker(9, [offered('once', { fingerprint: 'middle' })]);
    rig.worker(9, [offered('once', { fingerprint: 'new', refuses, version: '2.1.0' })]);
    const known = client.request({ ...once, fingerprint: 'old' });
    const newest = client.request({
      ...once,
      fingerprint: 'newest',
      accepts: ['middle'],
      refuses: [
        { fingerprint: 'middle', why: 'quantity became required' },
        { fingerprint: 'new', why: 'quantity became required' },
      ],
    });
    rig.run();
    expect(client.answer(known).message).toContain('quantity became an integer; workers serve version 2.1.0');
    expect(client.answer(newest)).toMatchObject({
      verdict: 'failed_precondition incompatible_contract no',
      message: 'quantity became required; workers still serve version 1.0.0: start newer ones',
    });
  });

  test('fits if either side knows the contract of the other', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const newer = rig.worker(9, [offered('once', { fingerprint: 'new', accepts: ['old'] })]);
    const older = rig.worker(9, [offered('once', { fingerprint: 'oldest' })]);
    client.request({ ...once, fingerprint: 'old', accepts: ['older'] });
    client.request({ ...once, fingerprint: 'newest', accepts: ['oldest'] });
    client.request({ ...once, fingerprint: 'new' });
    rig.run();
    expect([newer.calls, older.calls]).toEqual([[1, 3], [2]]);
  });

  test('that a worker refuses does not go there, though it would be accepted otherwise', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const refuses = [{ fingerprint: 'mine', why: 'no' }];
    const worker = rig.worker(9, [offered('once', { refuses })]);
    const call = client.request({ ...once, fingerprint: 'mine', accepts: ['f'] });
    rig.run();
    expect(worker.calls).toEqual([]);
    expect(client.verdict(call)).toBe('failed_precondition incompatible_contract no');
  });

  test('held for a worker finds it when one that fits comes', () => {
    const rig = new BrokerRig({ warmUpMs: 5_000 });
    const client = rig.client();
    rig.worker(9, [TWICE]);
    const call = client.request(once);
    rig.advance(1_000);
    const worker = rig.worker(9, [ONCE]);
    expect(worker.calls).toEqual([call]);
  });
});

describe('routes', () => {
  test('may be numbered in any order, as a client uses them', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.declareAs(4_095, twice);
    client.declareAs(7, once);
    client.requestBy(7, 1);
    client.requestBy(4_095, 2);
    rig.run();
    expect(worker.dispatches.map((d) => [d.call, d.method])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test('declared twice end the session', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    client.declareAs(3, twice);
    client.declareAs(3, once);
    rig.run();
    expect(client.byes).toMatchObject([{ why: 'protocol' }]);
  });

  test('are shared by clients that mean the same and forgotten with the last of them', () => {
    const rig = new BrokerRig();
    rig.worker(9);
    const clients = [rig.client(), rig.client()];
    for (const client of clients) {
      client.declare(once);
      client.declare({ ...twice, accepts: ['x'] });
      client.declare({ ...twice, service: 'elsewhere' });
    }
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ routes: 3 });
    rig.cut(clients[0]!);
    expect(rig.core.sizes()).toMatchObject({ routes: 3 });
    rig.cut(clients[1]!);
    expect(rig.core.sizes()).toMatchObject({ routes: 0, pools: 0 });
    expect(rig.core.services().map((s) => s.name)).toEqual(['s']);
  });

  test('that come and go leave nothing behind', () => {
    const rig = new BrokerRig();
    rig.worker(9);
    const before = rig.core.sizes();
    for (let i = 0; i < 20; i++) {
      const client = rig.client();
      client.request({ ...once, service: `unknown-${i}` });
      client.request(once);
      rig.run();
      rig.cut(client);
    }
    // The calls of clients that went are still with the worker.
    expect(rig.core.sizes()).toEqual({ ...before, workerLoads: 9 });
  });
});
