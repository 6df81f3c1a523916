import { demandBody } from './demands.ts';
import type { Rule } from './rule.ts';

/** Peers of several dialects at one broker. The RFCs keep the versions apart, so all of this is beyond them. */
export const MIXED_RULES: readonly Rule[] = [
  {
    id: 'X1',
    text: 'clients of this dialect are served by workers of the other dialects, with bodies as they are',
    level: 'beyond',
    section: 'Goals',
    check: async (trial) => {
      const body = ['one', '', Buffer.of(0, 255)];
      for (const dialect of trial.otherDialects) {
        const service = `${trial.service}.${dialect.name}`;
        void (await trial.worker({ service, dialect })).echo();
        demandBody(await trial.client().call(service, ...body), body);
      }
    },
  },
  {
    id: 'X2',
    text: 'workers of this and of the other dialects share the requests of one service',
    level: 'beyond',
    section: 'Goals',
    check: async (trial) => {
      const dialects = [trial.dialect, ...trial.otherDialects];
      const workers = await Promise.all(dialects.map((dialect) => trial.worker({ dialect })));
      const clients = dialects.map(() => trial.client());
      await Promise.all(clients.map((client, at) => client.request(trial.service, `${at}`)));
      const requests = await Promise.all(workers.map((worker) => worker.takeRequest()));
      await Promise.all(requests.map(({ address, body }, at) => workers[at]!.final(address, ...body)));
      const replies = await Promise.all(clients.map((client) => client.final(trial.service)));
      for (const [at, body] of replies.entries()) demandBody(body, [`${at}`]);
    },
  },
];
