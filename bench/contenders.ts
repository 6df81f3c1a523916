import type { ContenderPlan } from './contender.ts';

/** Ports of the bench lie together, above what the system gives out by itself on common machines. */
const BARE_FRONT = 'tcp://127.0.0.1:18801';
const BARE_BACK = 'tcp://127.0.0.1:18802';

export const CONTENDERS: readonly ContenderPlan[] = [
  {
    name: 'bare relay',
    processes: [
      ['relay.ts', BARE_FRONT, BARE_BACK],
      ['contenders/bare-worker.ts', BARE_BACK],
      ['contenders/bare-client.ts', BARE_FRONT],
    ],
  },
  {
    name: 'reeve',
    processes: [
      ['tmp-broker.ts', 'tcp://127.0.0.1:18803'],
      ['tmp-worker.ts', 'tcp://127.0.0.1:18803'],
      ['tmp-client2.ts', 'tcp://127.0.0.1:18803'],
    ],
  },
];
