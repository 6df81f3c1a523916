import { demandBody, expectAlive } from './demands.ts';
import { textOf } from './dialect.ts';
import type { Rule } from './rule.ts';
import { demand } from './rule.ts';

/** How workers come and go. */
export const CONNECTION_RULES: readonly Rule[] = [
  {
    id: 'W1',
    text: 'a second READY is answered with DISCONNECT',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = await trial.worker({ beats: false });
      await worker.ready(trial.service);
      await worker.expectDisconnect();
    },
  },
  {
    id: 'W2',
    text: 'a worker that was disconnected for a second READY gets no further command',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = await trial.worker({ beats: false });
      await worker.ready(trial.service);
      await worker.expectDisconnect();
      await trial.client().request(trial.service, 'for nobody');
      await worker.expectQuiet('it was told DISCONNECT');
    },
  },
  {
    id: 'W3',
    text: 'a reply from a worker that sent no READY (as after a restart of the broker) is answered with DISCONNECT',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = trial.newcomer();
      await worker.final('somebody', 'a reply');
      await worker.expectDisconnect();
    },
  },
  {
    id: 'W4',
    text: 'HEARTBEAT from a worker that sent no READY (as after a restart of the broker) is answered with DISCONNECT',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = trial.newcomer();
      await worker.command('heartbeat');
      await worker.expectDisconnect();
    },
  },
  {
    id: 'W5',
    text: 'PARTIAL from a worker that sent no READY is answered with DISCONNECT',
    level: 'must',
    section: 'Opening and Closing a Connection',
    isAbout: ({ hasPartials }) => hasPartials,
    check: async (trial) => {
      const worker = trial.newcomer();
      await worker.partial('somebody', 'a part');
      await worker.expectDisconnect();
    },
  },
  {
    id: 'W6',
    text: 'a worker that was disconnected can register again on a new socket',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const stale = trial.newcomer();
      await stale.command('heartbeat');
      await stale.expectDisconnect();
      await stale.close();
      await expectAlive(trial);
    },
  },
  {
    id: 'W7',
    text: 'a worker that sent DISCONNECT gets no request any more',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = await trial.worker();
      await worker.command('disconnect');
      // A request from another socket may overtake it.
      await worker.expectQuiet('it sent DISCONNECT');
      await trial.client().request(trial.service, 'for nobody');
      await worker.expectQuiet('it sent DISCONNECT');
    },
  },
  {
    id: 'W8',
    text: 'a worker that sent DISCONNECT gets no heartbeat any more',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = await trial.worker();
      await worker.command('disconnect');
      // One may have been on its way.
      await worker.expectQuiet('it sent DISCONNECT', trial.timings.heartbeatMs);
      const before = worker.heartbeatsAtMs.length;
      await worker.expectQuiet('it sent DISCONNECT', 1.5 * trial.timings.heartbeatMs);
      demand(worker.heartbeatsAtMs.length === before, 'no HEARTBEAT after DISCONNECT', 'HEARTBEAT');
    },
  },
  {
    id: 'W9',
    text: 'DISCONNECT before READY is allowed, and is not answered',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const worker = trial.newcomer();
      await worker.command('disconnect');
      await worker.expectQuiet('it sent DISCONNECT');
    },
  },
  {
    id: 'W10',
    text: 'DISCONNECT with more frames after it is taken as DISCONNECT',
    level: 'beyond',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const leaving = await trial.worker();
      await leaving.command('disconnect', trial.service, 'more');
      await leaving.expectQuiet('it sent DISCONNECT');
      const staying = await trial.worker();
      const client = trial.client();
      for (const body of ['first', 'second']) {
        await client.request(trial.service, body);
        const { address } = await staying.takeRequest();
        await staying.final(address, body);
        await client.final(trial.service);
      }
      await leaving.expectQuiet('it sent DISCONNECT');
    },
  },
  {
    id: 'W11',
    text: 'several workers may offer one service, and each gets requests',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const workers = [await trial.worker(), await trial.worker()];
      await trial.client().request(trial.service, 'one');
      await trial.client().request(trial.service, 'two');
      const requests = await Promise.all(workers.map((worker) => worker.takeRequest()));
      const bodies = requests.map(({ body }) => textOf(body[0])).sort();
      demand(bodies.join() === 'one,two', 'one request at each of two workers', `the requests ${bodies.join()}`);
    },
  },
  {
    id: 'W12',
    text: 'a worker gets requests of its own service only, and names are compared exactly',
    level: 'must',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      const others = [`${trial.service}.more`, trial.service.toUpperCase()];
      const strangers = await Promise.all(others.map((service) => trial.worker({ service })));
      const worker = await trial.worker();
      await trial.client().request(trial.service, 'mine');
      await worker.takeRequest();
      await trial.client().request(others[0]!, 'yours');
      await strangers[0]!.takeRequest();
      await Promise.all(strangers.map((stranger) => stranger.expectQuiet('the request names another service')));
      await worker.expectQuiet('the request names another service');
    },
  },
  {
    id: 'W13',
    text: 'when a worker dies with a request in hand, the next worker gets the next request',
    level: 'must',
    section: 'Goals',
    check: async (trial) => {
      const dying = await trial.worker();
      await trial.client().request(trial.service, 'lost');
      await dying.takeRequest();
      await dying.close();
      const next = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'wanted');
      let request = await next.takeRequest();
      // A broker may give it the lost one first.
      if (textOf(request.body[0]) === 'lost') {
        await next.final(request.address, 'late');
        request = await next.takeRequest();
      }
      demandBody(request.body, ['wanted']);
      await next.final(request.address, 'done');
      await client.final(trial.service);
    },
  },
];
