import { setTimeout as sleep } from 'node:timers/promises';
import { demandBody } from './demands.ts';
import { textOf } from './dialect.ts';
import type { Rule } from './rule.ts';
import { RuleFailure } from './rule.ts';
import type { Trial } from './trial.ts';

/** The management interface. A broker need not have it: `--no-mmi` leaves these out. */
export const MMI_RULES: readonly Rule[] = [
  mmi('M1', 'mmi.service answers 200 for a service with a worker, as an ordinary last reply', async (trial) => {
    await trial.worker();
    await expectStatus(trial, trial.service, '200');
  }),
  mmi('M2', 'mmi.service answers 404 for a service without a worker', async (trial) => {
    demandBody(await trial.client().call('mmi.service', trial.service), ['404']);
  }),
  mmi('M3', 'mmi.service answers 404 for a name that was merely asked for', async (trial) => {
    await trial.client().request(trial.service, 'early');
    const client = trial.client();
    await client.expectQuiet('it has asked nothing');
    demandBody(await client.call('mmi.service', trial.service), ['404']);
  }),
  mmi('M4', 'mmi.service answers 200 while the only worker is busy', async (trial) => {
    const worker = await trial.worker();
    await trial.client().request(trial.service, 'hello');
    await worker.takeRequest();
    demandBody(await trial.client().call('mmi.service', trial.service), ['200']);
  }),
  mmi('M5', 'mmi.service answers 404 once the last worker has sent DISCONNECT', async (trial) => {
    const worker = await trial.worker();
    await expectStatus(trial, trial.service, '200');
    await worker.command('disconnect');
    await expectStatus(trial, trial.service, '404');
  }),
  mmi('M6', 'a name in mmi. that the broker does not have is answered with 501', async (trial) => {
    demandBody(await trial.client().call(`mmi.${trial.service}`, 'hello'), ['501']);
  }),
  mmi('M7', 'a worker that registers a name in mmi. is disconnected', async (trial) => {
    for (const service of ['mmi.service', `mmi.${trial.service}`]) {
      const worker = trial.newcomer();
      await worker.ready(service);
      await worker.expectDisconnect();
    }
    demandBody(await trial.client().call(`mmi.${trial.service}`, 'hello'), ['501']);
  }),
  mmi('M8', 'a name that begins with mmi but has no dot after it is a service like others', async (trial) => {
    const service = `mmi-${trial.service}`;
    void (await trial.worker({ service })).echo();
    demandBody(await trial.client().call(service, 'hello'), ['hello']);
  }),
  mmi(
    'M9',
    'only the service name is looked at: a client whose socket identity begins with mmi. is served',
    async (trial) => {
      void (await trial.worker()).echo();
      const client = trial.client(trial.dialect, `mmi.${trial.service}`);
      demandBody(await client.call(trial.service, 'hello'), ['hello']);
    },
  ),
];

function mmi(id: string, text: string, check: Rule['check']): Rule {
  return { id, text, level: 'must', rfc: 8, section: id === 'M7' ? 'Namespace' : 'Default services', check };
}

/** A READY or a DISCONNECT from another socket may be read after a request: asks again for an interval. */
async function expectStatus(trial: Trial, service: string, status: string): Promise<void> {
  const client = trial.client();
  const until = performance.now() + trial.timings.heartbeatMs;
  for (;;) {
    const [seen] = await client.call('mmi.service', service);
    if (textOf(seen) === status) return;
    if (performance.now() > until) throw new RuleFailure(`${status} for ${service}`, textOf(seen));
    await sleep(AGAIN_MS);
  }
}

const AGAIN_MS = 20;
