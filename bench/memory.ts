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
  return difference({
    contender,
    few: () => hold(FEW_CALLS),
    many: () => hold(MANY_CALLS),
    count: MANY_CALLS,
    roles: ['client', 'broker', 'worker'],
  });
}

/** Bytes that each connected client takes, in its own process and in the broker's. It has made calls. */
export function connectedClients(contender: Contender): Promise<Figures> {
  const open = async (connections: number): Promise<void> => {
    await contender.measure({ kind: 'load', connections, inFlight: 1, seconds: 1 }, 0);
  };
  return peers(contender, open, ['client', 'broker']);
}

/** Bytes that each connected worker takes, in its own process and in the broker's. It has served calls. */
export function connectedWorkers(contender: Contender): Promise<Figures> {
  const open = async (count: number): Promise<void> => {
    const order: WorkersOrder = { kind: 'workers', count };
    await contender.askRole('worker', order, HOLD_SECONDS);
    await contender.measure({ kind: 'load', connections: 1, inFlight: count, seconds: 1 }, 0);
  };
  return peers(contender, open, ['broker', 'worker']);
}

function peers(contender: Contender, open: (count: number) => Promise<void>, roles: readonly Role[]): Promise<Figures> {
  const [few, many] = [() => open(FEW_PEERS), () => open(FEW_PEERS + MANY_PEERS)];
  return difference({ contender, few, many, count: MANY_PEERS, roles });
}

interface Steps {
  readonly contender: Contender;
  /** Brings the processes to where more of the same costs what it costs. */
  readonly few: () => Promise<void>;
  readonly many: () => Promise<void>;
  /** By how many there are more after `many`. */
  readonly count: number;
  /** Whose memory is looked at. */
  readonly roles: readonly Role[];
}

async function difference({ contender, few, many, count, roles }: Steps): Promise<Figures> {
  const look = (): Promise<Partial<MemoryAnswer>[]> => Promise.all(roles.map((role) => contender.memory(role)));
  await few();
  const before = await look();
  await many();
  const after = await look();
  const figures: Record<string, number> = {};
  for (const [i, role] of roles.entries()) {
    for (const name of ['heapBytes', 'residentBytes'] as const) {
      const [was, is] = [before[i]![name], after[i]![name]];
      if (was !== undefined && is !== undefined) figures[`${role}${capital(name)}`] = (is - was) / count;
    }
  }
  return figures;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A queue of a service holds 10,000 calls, and a client has at most 4,096 of them at a broker. */
const FEW_CALLS = 500;
const MANY_CALLS = 9_000;
const HOLDERS = 4;
/** Small, so that what Reeve adds stands out; it is not counted, for the body itself is in the client only. */
const HELD_BODY_BYTES = 100;
const FEW_PEERS = 50;
const MANY_PEERS = 450;
const HOLD_SECONDS = 60;
