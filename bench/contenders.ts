import type { ContenderPlan, ProgramPlan } from './contender-plan.ts';
import { file } from './contender-plan.ts';

/** Reeve, as it is by default, with so many workers. */
export function reeveWith(workers: number): ContenderPlan {
  return {
    name: workers === 1 ? 'reeve' : `reeve-${workers}-workers`,
    title: workers === 1 ? 'Reeve' : `Reeve, ${workers} workers`,
    isBrokered: true,
    processes: (at) => [
      file('broker', 'contenders/reeve-broker.ts', at),
      ...Array.from({ length: workers }, () => file('worker', 'contenders/reeve-worker.ts', at)),
      file('client', 'contenders/reeve-client.ts', at),
    ],
  };
}

export const REEVE: ContenderPlan = reeveWith(1);

/** Two ROUTERs and a loop for each direction: the least that a broker on zeromq.js costs. */
export const BARE_RELAY: ContenderPlan = {
  name: 'bare-relay',
  title: 'bare relay',
  isBrokered: true,
  processes: (front, back) => [
    file('broker', 'relay.ts', front, back),
    file('worker', 'contenders/bare-worker.ts', back),
    file('client', 'contenders/bare-client.ts', front),
  ],
};

/** The same client and worker around libzmq's own proxy: the least that any broker on ZeroMQ costs. */
export const C_PROXY: ContenderPlan = {
  name: 'c-proxy',
  title: 'libzmq proxy',
  isBrokered: true,
  needs: 'python3-zmq',
  processes: (front, back) => [
    { role: 'broker', command: ['/usr/bin/python3', 'bench/peers/proxy.py', front, back], listensAt: back },
    file('worker', 'contenders/bare-worker.ts', back),
    file('client', 'contenders/bare-client.ts', front),
  ],
};

export const NATS: ContenderPlan = {
  name: 'nats',
  title: 'NATS',
  isBrokered: true,
  isForeign: true,
  needs: 'nats-server',
  processes: (at) => [
    natsServer(at),
    file('worker', 'peers/nats-worker.ts', at),
    file('client', 'peers/nats-client.ts', at),
  ],
};

const MOLECULER_NATS: ContenderPlan = {
  name: 'moleculer-nats',
  title: 'Moleculer over NATS',
  isBrokered: true,
  isForeign: true,
  needs: 'nats-server',
  processes: (at) => [
    natsServer(at),
    file('worker', 'peers/moleculer-worker.ts', 'nats', at),
    file('client', 'peers/moleculer-client.ts', 'nats', at),
  ],
};

const MOLECULER_TCP: ContenderPlan = {
  name: 'moleculer-tcp',
  title: 'Moleculer over TCP',
  isBrokered: false,
  isForeign: true,
  processes: (front, back) => [
    file('worker', 'peers/moleculer-worker.ts', 'tcp', front, back),
    file('client', 'peers/moleculer-client.ts', 'tcp', front, back),
  ],
};

export const GRPC: ContenderPlan = {
  name: 'grpc',
  title: 'grpc-js',
  isBrokered: false,
  isForeign: true,
  processes: (at) => [file('worker', 'peers/grpc-worker.ts', at), file('client', 'peers/grpc-client.ts', at)],
};

const TRPC: ContenderPlan = {
  name: 'trpc',
  title: 'tRPC, batching',
  isBrokered: false,
  isExtra: true,
  isForeign: true,
  processes: (at) => [file('worker', 'peers/trpc-worker.ts', at), file('client', 'peers/trpc-client.ts', at)],
};

const FASTIFY: ContenderPlan = {
  name: 'fastify',
  title: 'Fastify, keep-alive',
  isBrokered: false,
  isExtra: true,
  isForeign: true,
  processes: (at) => [file('worker', 'peers/fastify-worker.ts', at), file('client', 'peers/fastify-client.ts', at)],
};

const BULLMQ: ContenderPlan = {
  name: 'bullmq',
  title: 'BullMQ',
  isBrokered: true,
  isExtra: true,
  isForeign: true,
  needs: 'redis-server',
  processes: (at) => [
    {
      role: 'broker',
      // In memory only: nothing else here writes to a disk.
      command: ['redis-server', '--bind', '127.0.0.1', '--port', portOf(at), '--save', '', '--appendonly', 'no'],
      listensAt: at,
    },
    file('worker', 'peers/bullmq-worker.ts', at),
    file('client', 'peers/bullmq-client.ts', at),
  ],
};

/** A pool whose handlers take their time, under a load that keeps it full. */
export function reevePool(args: { workers: number; concurrency: number; ms: number; client: string }): ContenderPlan {
  const { workers, concurrency, ms, client } = args;
  return {
    name: 'reeve',
    title: 'Reeve',
    isBrokered: true,
    processes: (at) => [
      file('broker', 'contenders/reeve-broker.ts', at),
      ...Array.from({ length: workers }, () =>
        file('worker', 'contenders/pool-worker.ts', at, String(concurrency), String(ms)),
      ),
      file('client', client, at),
    ],
  };
}

/** The handlers of that pool without a pool. */
export function inProcess(ms: number): ContenderPlan {
  return {
    name: 'in-process',
    title: 'called in-process',
    isBrokered: false,
    processes: () => [file('client', 'contenders/in-process-client.ts', String(ms))],
  };
}

/** As many processes as a contender with a broker has, and nothing in them. */
export const EMPTY: ContenderPlan = {
  name: 'empty',
  title: 'three empty processes',
  isBrokered: false,
  processes: () => [1, 2, 3].map(() => file('client', 'contenders/empty.ts')),
};

/** Everybody who offers `{ a, b }` → `{ sum }`. */
export const CONTENDERS: readonly ContenderPlan[] = [
  ...[REEVE, BARE_RELAY, C_PROXY, NATS, MOLECULER_NATS, MOLECULER_TCP, GRPC],
  ...[TRPC, FASTIFY, BULLMQ],
];

function natsServer(at: string): ProgramPlan {
  return {
    role: 'broker',
    // With its defaults; it logs nowhere.
    command: ['nats-server', '--addr', '127.0.0.1', '--port', portOf(at), '--log', '/dev/null'],
    listensAt: at,
  };
}

function portOf(endpoint: string): string {
  return new URL(endpoint).port;
}
