import { connect } from '@reeve/client';
import { LIMITS } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { Fleet, freeEndpoint } from './fleet.ts';
import { ToilClient } from './generated/toil.client.ts';

test('a worker whose loop is blocked for longer than silence is borne keeps its calls', async () => {
  await using fleet = new Fleet();
  const endpoint = await freeEndpoint();
  await fleet.broker(endpoint);
  const worker = await fleet.worker([endpoint]);
  await using reeve = await connect({ brokers: [endpoint] });
  const toil = new ToilClient(reeve);
  await toil.once({ number: 1, ms: 0 });

  // A worker that stood still for as long would be given up, and its calls with it.
  const ms = LIMITS.transportTimeoutMs + 3 * LIMITS.transportHeartbeatMs;
  const replies = await Promise.all([
    toil.once({ number: 2, ms, isBusy: true }),
    toil.once({ number: 3, ms: 0 }),
    toil.again({ number: 4, ms: 0 }),
  ]);
  expect(replies).toEqual([4, 6, 8].map((double) => ({ double, pid: worker.pid })));
  expect([...fleet.starts().values()]).toEqual([1, 1, 1, 1]);
});
