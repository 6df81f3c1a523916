import type { ContenderPlan } from './contender.ts';
import { freeEndpoint } from './free-endpoint.ts';

/** Those that are compared, each on ports of its own. */
export async function planContenders(): Promise<ContenderPlan[]> {
  const [front, back, reeve] = [await freeEndpoint(), await freeEndpoint(), await freeEndpoint()];
  return [
    {
      name: 'bare relay',
      processes: [
        ['relay.ts', front, back],
        ['contenders/bare-worker.ts', back],
        ['contenders/bare-client.ts', front],
      ],
    },
    {
      name: 'reeve',
      processes: [
        ['contenders/reeve-broker.ts', reeve],
        ['contenders/reeve-worker.ts', reeve],
        ['contenders/reeve-client.ts', reeve],
      ],
    },
  ];
}
