import type { MemoryAnswer, Question } from './child-process.ts';
import type { Contender } from './contender.ts';
import type { ContenderPlan, Role } from './contender-plan.ts';
import { file } from './contender-plan.ts';
import type { WorkersOrder } from './growth.ts';
import type { Figures } from './results.ts';

/** Asks a client to make calls and to wait for none. */
export interface HoldOrder extends Question {
  readonly kind: 'hold';
  readonly connections: number;
  readonly calls: number;
  readonly bodyBytes: number;
}

export interface HoldAnswer {
  /** Calls that have failed so far: there should be none. */
  readonly failed: number;
}

/** Reeve with a worker that takes `prefetch` calls and never ends one. */
export function reeveStuck(prefetch: number): ContenderPlan {
  return {
    name: 'reeve',
    title: 'Reeve',
    isBrokered: true,
    processes: (at) => [
      file('broker', 'contenders/reeve-broker.ts', at),
      file('worker', 'contenders/stuck-worker.ts', at, String(prefetch)),
      file('client', 'contenders/holding-client.ts', at),
    ],
  };
}

/** Bytes that each call takes beyond its body in every process, while it waits where the plan lets it wait. */
export function heldCalls(contender: Contender): Promise<Figures> {
  const hold = async (calls: number): Promise<void> => {
    const order: HoldOrder = { kind: 'hold', connections: HOLDERS, calls, bodyBytes: HELD_BODY_BYTES };
    const { failed } = await contender.ask<HoldAnswer>(order, HOLD_SECONDS);
    if (failed > 0) throw new Error(`${failed} calls failed that should have waited`);
  };
  return difference({ contender, few: () => hold(FEW_CALLS), many: () => hold(MANY_CALLS), count: MANY_CALLS });
}

/** Bytes that each connected client takes in every process. It has made calls. */
export function connectedClients(contender: Contender): Promise<Figures> {
  const open = async (connections: number): Promise<void> => {
    await contender.measure({ kind: 'load', connections, inFlight: 1, seconds: 1 }, 0);
  };
  return difference({
    contender,
    few: () => open(FEW_PEERS),
    many: () => open(FEW_PEERS + MANY_PEERS),
    count: MANY_PEERS,
  });
}

/** Bytes that each connected worker takes in every process; those of the worker itself are in its own. */
export function connectedWorkers(contender: Contender): Promise<Figures> {
  const open = async (count: number): Promise<void> => {
    const order: WorkersOrder = { kind: 'workers', count };
    await contender.askRole('worker', order, HOLD_SECONDS);
    await contender.measure({ kind: 'load', connections: 1, inFlight: 100, seconds: 1 }, 0);
  };
  return difference({
    contender,
    few: () => open(FEW_PEERS),
    many: () => open(FEW_PEERS + MANY_PEERS),
    count: MANY_PEERS,
  });
}

interface Steps {
  readonly contender: Contender;
  /** Brings the processes to where more of the same costs what it costs. */
  readonly few: () => Promise<void>;
  readonly many: () => Promise<void>;
  /** By how many there are more after `many`. */
  readonly count: number;
}

async function difference({ contender, few, many, count }: Steps): Promise<Figures> {
  await few();
  const before = await memoryByRole(contender);
  await many();
  const after = await memoryByRole(contender);
  const figures: Record<string, number> = {};
  for (const role of ROLES) {
    for (const name of ['heapBytes', 'residentBytes'] as const) {
      const [was, is] = [before[role][name], after[role][name]];
      if (was !== undefined && is !== undefined) figures[`${role}${capital(name)}`] = (is - was) / count;
    }
  }
  return figures;
}

async function memoryByRole(contender: Contender): Promise<Record<Role, Partial<MemoryAnswer>>> {
  const [client, broker, worker] = [
    await contender.memory('client'),
    await contender.memory('broker'),
    await contender.memory('worker'),
  ];
  return { client, broker, worker };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const ROLES: readonly Role[] = ['client', 'broker', 'worker'];
/** A queue of a service holds 10,000 calls, and a client has at most 4,096 of them at a broker. */
const FEW_CALLS = 500;
const MANY_CALLS = 9_000;
const HOLDERS = 4;
/** Small, so that what Reeve adds stands out; it is not counted, for the body itself is in the client only. */
const HELD_BODY_BYTES = 100;
const FEW_PEERS = 50;
const MANY_PEERS = 450;
const HOLD_SECONDS = 60;
