import type { Transmit } from '@reeve/protocol';
import { LIMITS, seededRandom } from '@reeve/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokerRig, once } from './broker-rig.test-kit.ts';
import { HostilePeer } from './hostile-peer.test-kit.ts';

/**
 * Whatever peers send, nothing throws, no call of another peer is touched, and nothing of them stays once they go.
 */
test('peers that send anything at all harm only themselves', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = seededRandom(seed, 5);
      const rig = new BrokerRig({ peerBacklogBytesMax: 100_000, windowBytes: 20_000, clientCallsMax: 50 });
      const [client, worker] = [rig.client(), rig.worker(0)];
      const overheard: Transmit[] = [];
      const { outbox } = client;
      const poll = outbox.poll.bind(outbox);
      outbox.poll = (now) => {
        const transmit = poll(now);
        if (transmit !== undefined) overheard.push(transmit);
        return transmit;
      };
      const hostile = [0, 1, 2].map(() => new HostilePeer(rig, random, [client, worker], overheard));
      const bodies = new Map<number, Uint8Array>();
      let replied = 0;
      for (let step = 0; step < 80; step++) {
        for (const peer of hostile) peer.act();
        const body = Uint8Array.of(step, random.u32());
        bodies.set(client.request(once, { body, remainingMs: 60_000 }), body);
        worker.grant(1);
        rig.run();
        // Late, so that there is always something to disturb.
        if (step % 5 === 4) {
          for (; replied < worker.dispatches.length - 3; replied++) {
            const dispatch = worker.dispatches[replied]!;
            worker.reply(dispatch, dispatch.payload);
          }
        }
        if (random.u32() % 4 === 0) rig.advance(random.u32() % 1_500);
      }
      for (; replied < worker.dispatches.length; replied++) {
        worker.reply(worker.dispatches[replied], worker.dispatches[replied]!.payload);
      }
      rig.run();
      for (const [call, body] of bodies)
        expect(client.answer(call)).toMatchObject({ verdict: 'reply', starts: 1, body });
      expect([...client.byes, ...worker.byes, ...client.refusals, ...worker.refusals, ...worker.cancels]).toEqual([]);

      for (const peer of rig.peers) if (peer !== client && peer !== worker && !peer.isGone) rig.cut(peer);
      rig.advance(LIMITS.recoverMs + 200);
      expect(rig.core.sizes()).toEqual({ ...IDLE, timers: 2, sessions: 2, routes: 1, pools: 1 });
      rig.cut(client);
      rig.cut(worker);
      expect(rig.core.sizes()).toEqual(IDLE);
    }),
    { numRuns: 12 },
  );
});

const IDLE = {
  parkedCalls: 0,
  keyRuns: 0,
  questions: 0,
  awaitedCalls: 0,
  offeredResults: 0,
  offeredBytes: 0,
  results: 0,
  poisonBodies: 0,
  pendingCalls: 0,
  clientQueuedBytes: 0,
  workerLoads: 0,
  dispatchedCalls: 0,
  queuedBytes: 0,
  waitingCalls: 0,
  queuedCalls: 0,
  timers: 0,
  sessions: 0,
  routes: 0,
  pools: 0,
};
