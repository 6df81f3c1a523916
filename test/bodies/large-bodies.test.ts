import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@reeve/broker';
import { ReeveError, connect } from '@reeve/client';
import { serve } from '@reeve/worker';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ParcelsClient } from './generated/parcels.client.ts';
import { serveParcels } from './generated/parcels.worker.ts';

/**
 * Memory of bodies is used again. All roles share it here, so whoever gives some back too early, or twice, spoils the
 * body of another call.
 */
const folder = mkdtempSync(join(tmpdir(), 'reeve-bodies-'));
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const end of open.splice(0).toReversed()) await end.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

type Parcel = Parameters<ParcelsClient['pass']>[0];

/** Says by the label what it got, and gives back the same bytes. */
async function hand({ label, content }: Parcel): Promise<Parcel> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
  return { label: `${label} ${digest(content)}`, content };
}

function digest(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}

describe.each(['tcp://127.0.0.1:0', `ipc://${folder}/broker`, 'memory://bodies'])('over %s', (listen) => {
  test('large bodies arrive as they were sent, also when brokers go and callers give up', async () => {
    let broker = await startBroker({ listen });
    const endpoint = broker.endpoints[0]!;
    open.push({ close: () => broker.close() });
    for (let i = 0; i < 2; i++) {
      const services = [serveParcels({ pass: hand, hand })];
      open.push(await serve({ brokers: [endpoint], services, concurrency: 4 }));
    }
    const reeve = await connect({ brokers: [endpoint] });
    open.push(reeve);
    const client = new ParcelsClient(reeve);
    const outcomes = { reply: 0, failure: 0 };
    let calls = 0;
    const lane = async (): Promise<void> => {
      while (calls < CALLS) {
        const label = `parcel ${calls++}`;
        const content = randomBytes(Math.floor(8_000 + Math.random() ** 3 * 400_000));
        const call = calls % 2 === 0 ? client.pass.bind(client) : client.hand.bind(client);
        // Some are given up while they are on their way.
        const timeoutMs = calls % 7 === 0 ? 3 : 10_000;
        const expected = digest(content);
        const sent = call({ label, content }, { timeoutMs });
        // What the caller does with its bytes from here on is of no concern to the call.
        content.fill(0);
        try {
          const reply = await sent;
          expect(reply.label).toBe(`${label} ${expected}`);
          expect(digest(reply.content)).toBe(expected);
          outcomes.reply += 1;
        } catch (error) {
          if (!(error instanceof ReeveError)) throw error;
          // A body that cannot be read any more is an internal error.
          if (error.code === 'internal') throw error;
          outcomes.failure += 1;
        }
      }
    };
    const lanes = Promise.all(Array.from({ length: 12 }, lane));
    for (const after of [CALLS / 3, (CALLS * 2) / 3]) {
      while (calls < after) await new Promise((resolve) => setTimeout(resolve, 5));
      await broker.close();
      broker = await startBroker({ listen: endpoint });
    }
    await lanes;
    expect(outcomes.reply).toBeGreaterThan(CALLS / 2);
    expect(outcomes.failure).toBeGreaterThan(0);
  });
});

const CALLS = 450;
