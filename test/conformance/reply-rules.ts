import { demandBody, expectAlive } from './demands.ts';
import { showFrames, textOf } from './dialect.ts';
import type { Rule } from './rule.ts';
import { demand, RuleSkipped } from './rule.ts';

/** Whose reply reaches whom. */
export const REPLY_RULES: readonly Rule[] = [
  {
    id: 'R6',
    text: 'a reply reaches the client that asked, and no other',
    level: 'must',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const workers = [await trial.worker(), await trial.worker()];
      for (const worker of workers) void worker.echo();
      const bodies = Array.from({ length: 8 }, (_, at) => `from client ${at}`);
      const calls = bodies.map(async (body) => {
        const client = trial.client();
        demandBody(await client.call(trial.service, body), [body]);
        await client.expectQuiet('it has its reply');
      });
      await Promise.all(calls);
    },
  },
  {
    id: 'R9',
    text: 'a reply with an address that the broker never gave reaches nobody, and the broker goes on',
    level: 'must',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'hello');
      await worker.takeRequest();
      const forger = await trial.worker({ service: `${trial.service}.forger` });
      await forger.final('nobody', 'forged');
      await client.expectQuiet('its worker has not answered');
      await expectAlive(trial);
    },
  },
  {
    id: 'R10',
    text: 'the client address that a worker gets is printable ASCII',
    level: 'beyond',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      await trial.client().request(trial.service, 'hello');
      const { address } = await worker.takeRequest();
      demand(/^[\x21-\x7e]+$/.test(address.toString('latin1')), 'a printable address', showFrames([address]));
    },
  },
  {
    id: 'R11',
    text: 'a reply that comes late is not taken for the reply of a later request of the same client',
    level: 'beyond',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'one');
      const first = await worker.takeRequest();
      await worker.final(first.address, 'reply to one');
      demandBody(await client.final(trial.service), ['reply to one']);
      await client.request(trial.service, 'two');
      const second = await worker.takeRequest();
      await worker.final(first.address, 'reply to one again');
      await worker.final(second.address, 'reply to two');
      demandBody(await client.final(trial.service), ['reply to two']);
    },
  },
  {
    id: 'R12',
    text: 'a worker cannot answer a request that another worker has in hand',
    level: 'beyond',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const [worker, forger] = [await trial.worker(), await trial.worker({ service: `${trial.service}.forger` })];
      const client = trial.client();
      await client.request(trial.service, 'hello');
      const { address } = await worker.takeRequest();
      await forger.final(address, 'forged');
      await client.expectQuiet('its worker has not answered');
      await worker.final(address, 'true');
      demandBody(await client.final(trial.service), ['true']);
    },
  },
  {
    id: 'R13',
    text: 'a reply is tolerated that lacks the empty frame after the client address',
    level: 'beyond',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'hello');
      const { address } = await worker.takeRequest();
      await worker.command('final', address, 'hello back');
      demandBody(await client.final(trial.service), ['hello back']);
    },
  },
  {
    id: 'R14',
    text: 'replies leave as they come, in another order than the requests if need be',
    level: 'beyond',
    section: 'MDP/Client',
    check: async (trial) => {
      const workers = [await trial.worker(), await trial.worker()];
      const client = trial.client();
      await client.request(trial.service, 'one');
      await client.request(trial.service, 'two');
      const requests = await Promise.all(workers.map((worker) => worker.takeRequest()));
      const later = requests.findIndex(({ body }) => textOf(body[0]) === 'two');
      for (const at of [later, 1 - later]) {
        await workers[at]!.final(requests[at]!.address, ...requests[at]!.body);
        demandBody(await client.final(trial.service), requests[at]!.body);
      }
    },
  },
  {
    id: 'R15',
    text: 'a request in hand of a worker that died goes to another worker (--retry-safe)',
    level: 'beyond',
    section: 'Goals',
    check: async (trial) => {
      const service = trial.retrySafe;
      if (service === undefined) throw new RuleSkipped('name a service that is safe to retry with --retry-safe');
      const dying = await trial.worker({ service });
      const client = trial.client();
      await client.request(service, 'precious');
      await dying.takeRequest();
      await dying.close();
      const next = await trial.worker({ service });
      const { address, body } = await next.takeRequest();
      demandBody(body, ['precious']);
      await next.final(address, 'saved');
      demandBody(await client.final(service), ['saved']);
      await next.command('disconnect');
    },
  },
];
