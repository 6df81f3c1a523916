import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer } from 'zeromq';
import { expect, test } from 'vitest';
import { Fleet, freeEndpoint } from './fleet.ts';
import { LazyPirate } from './lazy-pirate.ts';

/** Workers that speak Majordomo, and the broker, as processes that are killed. */

test('what a killed worker had at hand goes to another one where that is safe', { timeout: 60_000 }, async () => {
  await using fleet = new Fleet();
  const endpoint = await freeEndpoint();
  await fleet.broker(endpoint, { services: { safe: { retrySafe: true } } });
  const workers = await Promise.all(['0.1', '0.2'].map((v) => fleet.majordomoWorker(endpoint, v as '0.1', 'safe')));
  const folder = mkdtempSync(join(tmpdir(), 'reeve-majordomo-'));
  const mark = join(folder, 'hangs');
  const client = new LazyPirate(endpoint, '0.1', 'safe');
  const startedAt = performance.now();
  const reply = client.ask(`hang ${mark}`);
  await until(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '');
  const hanging = workers.find(({ pid }) => String(pid) === readFileSync(mark, 'utf8'))!;
  await hanging.kill();
  const other = workers.find((worker) => worker !== hanging)!;
  expect(await reply).toBe(`${other.pid} hang ${mark}`);
  // Not because the client asked again.
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  client.close();
  rmSync(folder, { recursive: true });
});

test('all come back by themselves when the broker is killed and started again', { timeout: 90_000 }, async () => {
  await using fleet = new Fleet();
  const endpoint = await freeEndpoint();
  let broker = await fleet.broker(endpoint);
  await Promise.all([
    fleet.majordomoWorker(endpoint, '0.1', 'old'),
    fleet.majordomoWorker(endpoint, '0.2', 'new'),
    fleet.majordomoWorker(endpoint, '0.2', 'old'),
  ]);
  const clients = (['0.1', '0.2'] as const).flatMap((v) => ['old', 'new'].map((s) => new LazyPirate(endpoint, v, s)));
  const asking = Promise.all(clients.map((client) => client.keepAsking()));
  const progress = async (): Promise<void> => {
    const goals = clients.map(({ replies }) => replies + 50);
    await Promise.race([until(() => clients.every(({ replies }, i) => replies >= goals[i]!)), asking]);
  };
  for (let round = 0; round < 3; round++) {
    await progress();
    await broker.kill();
    broker = await fleet.broker(endpoint);
  }
  await progress();
  for (const client of clients) client.stop();
  await asking;
  expect(Math.min(...clients.map(({ replies }) => replies))).toBeGreaterThanOrEqual(200);
  for (const client of clients) client.close();
});

test('5,000 requests that one client sends at once are answered once each', { timeout: 60_000 }, async () => {
  await using fleet = new Fleet();
  const endpoint = await freeEndpoint();
  await fleet.broker(endpoint);
  await Promise.all([1, 2, 3, 4].map((n) => fleet.majordomoWorker(endpoint, n % 2 === 0 ? '0.1' : '0.2', 'echo')));
  const client = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveTimeout: 20_000 });
  client.connect(endpoint);
  for (let i = 0; i < 5_000; i++) await client.send(['', 'MDPC01', 'echo', String(i)]);
  const answered = new Map<string, number>();
  const workers = new Set<string>();
  for (let i = 0; i < 5_000; i++) {
    const [pid = '', number = ''] = String((await client.receive()).at(-1)).split(' ');
    answered.set(number, (answered.get(number) ?? 0) + 1);
    workers.add(pid);
  }
  client.receiveTimeout = 200;
  await expect(client.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  client.close();
  expect(answered.size).toBe(5_000);
  expect(workers.size).toBe(4);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 5));
}
