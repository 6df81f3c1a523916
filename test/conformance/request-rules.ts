import { setTimeout as sleep } from 'node:timers/promises';
import { Request } from 'zeromq';
import { demandBody } from './demands.ts';
import { clientRequest, readForClient, showFrames, textOf } from './dialect.ts';
import type { Rule } from './rule.ts';
import { demand, RuleFailure, RuleSkipped } from './rule.ts';

/** How requests travel to workers. */
export const REQUEST_RULES: readonly Rule[] = [
  {
    id: 'R1',
    text: 'a request reaches a worker of its service, and the reply reaches the client',
    level: 'must',
    section: 'Request and Reply Processing',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, 'hello');
      const { address, body } = await worker.takeRequest();
      demandBody(body, ['hello']);
      await worker.final(address, 'hello back');
      demandBody(await client.final(trial.service), ['hello back']);
      await client.expectQuiet('it has its reply');
    },
  },
  {
    id: 'R2',
    text: 'a worker gets one request at a time',
    level: 'must',
    section: 'Overall Topology',
    check: async (trial) => {
      const worker = await trial.worker();
      await trial.client().request(trial.service, 'one');
      await trial.client().request(trial.service, 'two');
      const first = await worker.takeRequest();
      await worker.command('heartbeat');
      await worker.expectQuiet('it has not answered its first request');
      await worker.final(first.address, ...first.body);
      const second = await worker.takeRequest();
      const bodies = [first, second].map(({ body }) => textOf(body[0])).sort();
      demand(bodies.join() === 'one,two', 'both requests, one after the other', `the requests ${bodies.join()}`);
    },
  },
  {
    id: 'R3',
    text: 'a body of several frames, some of them empty, is kept as it is in both directions',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      void (await trial.worker()).echo();
      const body = ['', 'one', '', 'two', ''];
      demandBody(await trial.client().call(trial.service, ...body), body);
    },
  },
  {
    id: 'R4',
    text: 'an empty body is one empty frame in both directions',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      const worker = await trial.worker();
      const client = trial.client();
      await client.request(trial.service, '');
      const { address, body } = await worker.takeRequest();
      demandBody(body, ['']);
      await worker.final(address, '');
      demandBody(await client.final(trial.service), ['']);
    },
  },
  {
    id: 'R5',
    text: 'a body is opaque: every byte and 200,000 of them arrive unchanged',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      void (await trial.worker()).echo();
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const large = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 31) % 251));
      demandBody(await trial.client().call(trial.service, bytes, large), [bytes, large]);
    },
  },
  {
    id: 'R7',
    text: 'a DEALER client may send many requests without waiting, and each gets one reply',
    level: 'should',
    section: 'MDP/Client',
    check: async (trial) => {
      void (await trial.worker()).echo();
      const client = trial.client();
      const bodies = Array.from({ length: 50 }, (_, at) => `request ${at}`);
      for (const body of bodies) await client.request(trial.service, body);
      const left = new Set(bodies);
      while (left.size > 0) {
        const [body] = await client.final(trial.service);
        demand(left.delete(textOf(body)), 'one reply for each request', `"${textOf(body)}" once more`);
      }
      await client.expectQuiet('it has all its replies');
    },
  },
  {
    id: 'R8',
    text: 'a REQ socket can be a client',
    level: 'must',
    section: 'MDP/Client',
    isAbout: ({ isDelimited }) => isDelimited,
    check: async (trial) => {
      void (await trial.worker()).echo();
      const { dialect, service, timings } = trial;
      const socket = new Request({ linger: 0, receiveTimeout: timings.timeoutMs });
      try {
        socket.connect(trial.endpoint);
        // REQ adds the empty frame by itself, and takes it away.
        await socket.send(clientRequest(dialect, service, ['hello']).slice(1));
        const frames = await socket.receive().catch(() => undefined);
        if (frames === undefined)
          throw new RuleFailure('a reply at a REQ socket', `nothing in ${timings.timeoutMs} ms`);
        const reply = readForClient(dialect, [Buffer.alloc(0), ...frames]);
        demand(reply.kind === 'final', 'a reply at a REQ socket', showFrames(frames));
      } finally {
        socket.close();
      }
    },
  },
  {
    id: 'R16',
    text: 'a request for a service that nobody offers is held, and served if a worker comes soon',
    level: 'should',
    section: 'MDP/Client',
    check: async (trial) => {
      const client = trial.client();
      await client.request(trial.service, 'early');
      await client.expectQuiet('nobody offers the service');
      void (await trial.worker()).echo();
      demandBody(await client.final(trial.service), ['early']);
    },
  },
  {
    id: 'R17',
    text: 'a held request expires after the configured time (--hold-ms)',
    level: 'should',
    section: 'MDP/Client',
    check: async (trial) => {
      const { holdMs } = trial.timings;
      if (holdMs === undefined) throw new RuleSkipped('say how long the broker holds requests with --hold-ms');
      await trial.client().request(trial.service, 'stale');
      // A broker may look at what it holds no more often than it sends heartbeats.
      await sleep(holdMs + trial.timings.heartbeatMs);
      await (await trial.worker()).expectQuiet('the request has expired');
    },
  },
  {
    id: 'R18',
    text: 'the broker never speaks first to a client',
    level: 'must',
    section: 'MDP/Client',
    check: async (trial) => {
      await trial.client().expectQuiet('it has asked nothing');
    },
  },
];
