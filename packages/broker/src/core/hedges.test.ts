import { VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { CallerMethod, ScriptedClient, ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, once, twice } from './broker-rig.test-kit.ts';

/** A call at one worker, hedged; a second worker that has it too if it may. */
function hedged(method: CallerMethod): [BrokerRig, ScriptedClient, ScriptedWorker, ScriptedWorker, number] {
  const rig = new BrokerRig();
  const [client, slow, quick] = [rig.client(), rig.worker(1), rig.worker(0)];
  const call = client.request(method);
  rig.run();
  quick.grant(9);
  rig.run();
  client.hedge(call);
  rig.run();
  return [rig, client, slow, quick, call];
}

describe('a hedged call', () => {
  test('runs on a second worker, and the first answer wins', () => {
    const [rig, client, slow, quick, call] = hedged(twice);
    expect(quick.last).toMatchObject({ call, attempt: 2 });
    quick.reply(quick.last, Uint8Array.of(2));
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'reply', body: Uint8Array.of(2), starts: 2 });
    expect(slow.cancels).toEqual([slow.last.id]);
    slow.reply(slow.last, Uint8Array.of(1));
    rig.run();
    expect(client.answers).toHaveLength(1);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0, dispatchedCalls: 0 });
    expect(rig.core.counters.hedges).toBe(1);
  });

  test('may be answered by the first worker after all', () => {
    const [rig, client, slow, quick, call] = hedged(twice);
    slow.reply(slow.last, Uint8Array.of(1));
    rig.run();
    expect(client.answer(call).body).toEqual(Uint8Array.of(1));
    expect(quick.cancels).toEqual([quick.last.id]);
  });

  test('is not hedged twice, nor if it is not idempotent', () => {
    const [rig, client, , quick, call] = hedged(twice);
    client.hedge(call);
    rig.run();
    expect(quick.calls).toHaveLength(1);
    const [, , , idle] = hedged(once);
    expect(idle.calls).toEqual([]);
  });

  test('is not hedged when it is too late to be started', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.worker(1);
    const call = client.request(twice, { remainingMs: 1_000 });
    rig.run();
    const other = rig.worker(9);
    rig.advance(980);
    client.hedge(call);
    rig.run();
    expect(other.calls).toEqual([]);
  });

  test('does not run twice on one worker', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const call = client.request(twice);
    rig.run();
    client.hedge(call);
    rig.run();
    expect(worker.calls).toHaveLength(1);
  });

  test('outlives the failure of one of the two, but not an error that the contract declares', () => {
    const [rig, client, slow, quick, call] = hedged(twice);
    quick.fail(quick.last, VERDICTS.handlerError);
    rig.run();
    expect(client.verdict(call)).toBe(undefined);
    slow.fail(slow.last, VERDICTS.handlerError);
    rig.run();
    expect(client.verdict(call)).toBe('internal handler_error yes');

    const [rig2, client2, slow2, quick2, call2] = hedged(twice);
    quick2.fail(quick2.last, VERDICTS.declared);
    rig2.run();
    expect(client2.verdict(call2)).toBe('failed_precondition declared yes');
    expect(slow2.cancels).toEqual([slow2.last.id]);
  });

  test('stays with the second worker when the first is lost or hands it back', () => {
    const [rig, client, slow, quick, call] = hedged(twice);
    rig.cut(slow);
    expect(quick.calls).toHaveLength(1);
    quick.reply();
    rig.run();
    expect(client.verdict(call)).toBe('reply');

    const [rig2, client2, slow2, quick2, call2] = hedged(twice);
    slow2.reject();
    rig2.run();
    quick2.reply();
    rig2.run();
    expect(client2.answer(call2)).toMatchObject({ verdict: 'reply', starts: 1 });
  });

  test('is cancelled at both workers', () => {
    const [rig, client, slow, quick, call] = hedged(twice);
    client.cancel(call);
    rig.run();
    expect([slow.cancels, quick.cancels]).toEqual([[slow.last.id], [quick.last.id]]);
  });
});

describe('a call whose client gives an attempt up and sends it again by the same number', () => {
  test('is taken anew behind the CANCEL, and a late answer to the first attempt goes nowhere', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    const call = client.request(twice);
    rig.run();
    const first = worker.last;
    client.cancel(call);
    client.request(twice, { call, attempt: 2 });
    rig.run();
    expect(worker.cancels).toEqual([first.id]);
    expect(worker.last).toMatchObject({ call, attempt: 2 });
    worker.reply(first, Uint8Array.of(1));
    rig.run();
    expect(client.answers).toEqual([]);
    worker.reply(worker.last, Uint8Array.of(2));
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'reply', body: Uint8Array.of(2) });
    expect(client.answers).toHaveLength(1);
    expect(rig.core.counters.duplicateRequests).toBe(0);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0, dispatchedCalls: 0 });
  });
});
