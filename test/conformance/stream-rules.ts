import { demandBody } from './demands.ts';
import type { Rule } from './rule.ts';
import { demand } from './rule.ts';

/** PARTIAL* FINAL of MDP/0.2. */
export const STREAM_RULES: readonly Rule[] = [
  stream({
    id: 'S1',
    text: 'PARTIALs and the FINAL reach the client as such, in order, with bodies as they are',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'count');
      const { address } = await worker.takeRequest();
      for (let at = 0; at < PARTS; at++) await worker.partial(address, `${at}`, '', 'part');
      await worker.final(address, 'done', '');
      for (let at = 0; at < PARTS; at++) {
        const { kind, body } = await client.next(trial.service);
        demand(kind === 'partial', `PARTIAL ${at}`, 'FINAL');
        demandBody(body, [`${at}`, '', 'part']);
      }
      demandBody(await client.final(trial.service), ['done', '']);
    },
  }),
  stream({
    id: 'S2',
    text: 'a PARTIAL reaches the client before its worker has sent FINAL',
    level: 'should',
    section: 'MDP/Client',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'hello');
      const { address } = await worker.takeRequest();
      await worker.partial(address, 'first');
      const { kind } = await client.next(trial.service);
      demand(kind === 'partial', 'PARTIAL', 'FINAL');
      await worker.final(address, 'last');
      await client.final(trial.service);
    },
  }),
  stream({
    id: 'S3',
    text: 'a worker that has sent PARTIAL but not FINAL gets no other request',
    level: 'must',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      await trial.client().request(trial.service, 'one');
      await trial.client().request(trial.service, 'two');
      const first = await worker.takeRequest();
      await worker.partial(first.address, 'part');
      await worker.expectQuiet('it has not sent FINAL');
      await worker.final(first.address, 'done');
      await worker.takeRequest();
    },
  }),
  stream({
    id: 'S4',
    text: 'after FINAL a client gets nothing more, whatever the worker still sends',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'hello');
      const { address } = await worker.takeRequest();
      await worker.final(address, 'done');
      await worker.partial(address, 'stray');
      await worker.final(address, 'once more');
      demandBody(await client.final(trial.service), ['done']);
      await client.expectQuiet('it has its FINAL');
    },
  }),
  stream({
    id: 'S5',
    text: 'a stray PARTIAL with a meaningless address after FINAL is dropped, and its worker keeps its place',
    level: 'beyond',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      for (const body of ['one', 'two']) {
        await client.request(trial.service, body);
        const { address } = await worker.takeRequest();
        await worker.final(address, body);
        await worker.partial('', 'stray');
        await worker.partial(Buffer.of(0, 1, 2, 3, 4), 'stray');
        demandBody(await client.final(trial.service), [body]);
        await client.expectQuiet('it has its FINAL');
      }
    },
  }),
  stream({
    id: 'S6',
    text: 'streams of several workers to several clients do not mix',
    level: 'must',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const workers = [await trial.worker(), await trial.worker()];
      const clients = [trial.client(), trial.client()];
      await Promise.all(clients.map((client, at) => client.request(trial.service, `client ${at}`)));
      const requests = await Promise.all(workers.map((worker) => worker.takeRequest()));
      for (let at = 0; at < PARTS; at++) {
        for (const [i, { address, body }] of requests.entries()) await workers[i]!.partial(address, ...body, `${at}`);
      }
      for (const [i, { address, body }] of requests.entries()) await workers[i]!.final(address, ...body);
      for (const [i, client] of clients.entries()) {
        for (let at = 0; at < PARTS; at++)
          demandBody((await client.next(trial.service)).body, [`client ${i}`, `${at}`]);
        demandBody(await client.final(trial.service), [`client ${i}`]);
      }
    },
  }),
];

function stream(rule: Rule): Rule {
  return { ...rule, isAbout: ({ hasPartials }) => hasPartials };
}

const PARTS = 10;
