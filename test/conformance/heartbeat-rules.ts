import { setTimeout as sleep } from 'node:timers/promises';
import { demandBody } from './demands.ts';
import type { RawWorker } from './raw-peer.ts';
import type { Rule } from './rule.ts';
import { demand } from './rule.ts';
import type { Trial } from './trial.ts';

/** Who is alive. These take a few intervals each; they run beside the others. */
export const HEARTBEAT_RULES: readonly Rule[] = [
  heartbeat({
    id: 'H1',
    text: 'an idle worker gets heartbeats at the agreed interval',
    level: 'must',
    check: async (trial) => {
      const worker = await trial.worker();
      await worker.expectQuiet('nobody has asked', 3 * trial.timings.heartbeatMs);
      demandHeartbeats(worker, 2);
    },
  }),
  heartbeat({
    id: 'H2',
    text: 'a busy worker gets heartbeats at the agreed interval',
    level: 'must',
    check: async (trial) => {
      const worker = await busyWorker(trial);
      worker.heartbeatsAtMs.length = 0;
      await worker.expectQuiet('it has a request in hand', 3 * trial.timings.heartbeatMs);
      demandHeartbeats(worker, 2);
    },
  }),
  heartbeat({
    id: 'H3',
    text: 'idle and busy workers get a heartbeat at least every second (some in the wild give up after 4 s)',
    level: 'beyond',
    check: async (trial) => {
      const idle = await trial.worker({ service: `${trial.service}.idle` });
      await Promise.all([await busyWorker(trial), idle].map(demandOneEachSecond));
    },
  }),
  heartbeat({
    id: 'H4',
    text: 'a worker that sends only heartbeats stays registered',
    level: 'must',
    check: async (trial) => {
      const worker = await trial.worker();
      await worker.expectQuiet('it sends heartbeats', LIVENESS * trial.timings.heartbeatMs);
      await expectServes(trial, worker);
    },
  }),
  heartbeat({
    id: 'H5',
    text: 'any other command counts as a heartbeat: a worker that only answers requests stays registered',
    level: 'must',
    check: async (trial) => {
      const worker = await trial.worker({ beats: false });
      const until = performance.now() + LIVENESS * trial.timings.heartbeatMs;
      while (performance.now() < until) {
        await expectServes(trial, worker);
        await sleep(trial.timings.heartbeatMs / 2);
      }
      await expectServes(trial, worker);
    },
  }),
  heartbeat({
    id: 'H6',
    text: 'an idle worker that is silent for five intervals counts as disconnected',
    level: 'must',
    check: async (trial) => {
      const silent = await trial.worker({ beats: false });
      if (await silent.isDisconnectedWithin((LIVENESS + 1) * trial.timings.heartbeatMs)) return;
      await trial.client().request(trial.service, 'for nobody');
      await silent.expectQuiet('it was silent for too long');
    },
  }),
  heartbeat({
    id: 'H7',
    text: 'a worker that is silent because it is busy keeps its request, and its reply counts',
    level: 'beyond',
    check: async (trial) => {
      const worker = await trial.worker({ beats: false });
      const client = trial.client();
      await client.request(trial.service, 'hard');
      const { address } = await worker.takeRequest();
      await worker.expectQuiet('it has a request in hand', (LIVENESS + 1) * trial.timings.heartbeatMs);
      await worker.final(address, 'solved');
      demandBody(await client.final(trial.service), ['solved']);
    },
  }),
];

function heartbeat(rule: Omit<Rule, 'section'>): Rule {
  return { ...rule, section: 'Heartbeating' };
}

async function busyWorker(trial: Trial): Promise<RawWorker> {
  const worker = await trial.worker();
  await trial.client().request(trial.service, 'hello');
  await worker.takeRequest();
  return worker;
}

async function expectServes(trial: Trial, worker: RawWorker): Promise<void> {
  const client = trial.client();
  await client.request(trial.service, 'hello');
  const { address } = await worker.takeRequest();
  await worker.final(address, 'hello back');
  demandBody(await client.final(trial.service), ['hello back']);
  await client.close();
}

async function demandOneEachSecond(worker: RawWorker): Promise<void> {
  worker.heartbeatsAtMs.length = 0;
  const startedAtMs = performance.now();
  await worker.expectQuiet('nothing is to be done', EVERY_SECOND_SPAN_MS);
  const times = [startedAtMs, ...worker.heartbeatsAtMs, performance.now()];
  const gaps = times.slice(1).map((time, at) => Math.round(time - times[at]!));
  demand(Math.max(...gaps) <= SECOND_WITH_SLACK_MS, 'gaps of 1 s or less', `gaps of ${gaps.join(', ')} ms`);
}

function demandHeartbeats(worker: RawWorker, count: number): void {
  const seen = worker.heartbeatsAtMs.length;
  demand(seen >= count, `at least ${count} heartbeats in 3 intervals`, `${seen}`);
}

/** The most that the RFCs name: "some multiple of that interval (usually 3-5)". */
const LIVENESS = 5;
const EVERY_SECOND_SPAN_MS = 3_000;
/** A machine under load delivers late. */
const SECOND_WITH_SLACK_MS = 1_400;
