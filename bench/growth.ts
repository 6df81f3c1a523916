import type { Question } from './child-process.ts';
import type { Contender } from './contender.ts';
import type { ContenderPlan } from './contender-plan.ts';
import { file } from './contender-plan.ts';
import type { Figures } from './results.ts';
import type { Times } from './scenario.ts';

/** Asks a process of many workers for so many. */
export interface WorkersOrder extends Question {
  readonly kind: 'workers';
  readonly count: number;
}

/** Reeve with that many workers in one process, each of which serves all services. */
export function reeveGrown({ workers, services }: { workers: number; services: number }): ContenderPlan {
  return {
    name: `reeve-${workers}-workers-${services}-services`,
    title: `Reeve, ${count(workers, 'worker')}, ${count(services, 'service')}`,
    isBrokered: true,
    processes: (at) => [
      file('broker', 'contenders/reeve-broker.ts', at),
      file('worker', 'contenders/growth-worker.ts', at, String(workers), String(services)),
      file('client', 'contenders/growth-client.ts', at, String(services)),
    ],
  };
}

/**
 * Measures a closed loop, less what the broker costs when nobody calls: a thousand peers send heartbeats, and that is
 * no part of the cost of a call.
 */
export async function measureNet(contender: Contender, inFlight: number, times: Times): Promise<Figures> {
  const order = { kind: 'load', connections: 1, inFlight, seconds: times.seconds } as const;
  const idle = await contender.idleCpuShare('broker', times.seconds);
  const figures = await contender.measure(order, times.warmUpSeconds);
  const { brokerCpuUs, callsPerSecond } = figures;
  if (brokerCpuUs === undefined || callsPerSecond === undefined || idle === undefined) return figures;
  const idleUsPerCall = (idle * 1e6) / callsPerSecond;
  return { ...figures, brokerNetCpuUs: brokerCpuUs - idleUsPerCall, brokerIdleShare: idle };
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
