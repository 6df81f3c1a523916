import { answerParent } from './child-process.ts';
import type { Question } from './child-process.ts';
import type { Connection, Measurement } from './load.ts';
import { measure } from './load.ts';
import type { Storm } from './storm.ts';
import { storm } from './storm.ts';

/** Asks a load process to measure calls. */
export interface LoadOrder extends Question {
  readonly kind: 'load';
  /** Bytes of the body of an echo, or nothing for the sum of two numbers. */
  readonly bodyBytes?: number;
  readonly connections: number;
  /** Calls under way at each connection. */
  readonly inFlight: number;
  readonly seconds: number;
}

/** Asks it to drop its connections, make so many at once, and make one call on each. */
export interface StormOrder extends Question {
  readonly kind: 'storm';
  readonly connections: number;
}

/** How a load process answers. */
export type LoadAnswer<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly why: string };

/** Makes this process measure whatever it is asked to over IPC, until its parent is gone. */
export function serveLoad(connect: () => Connection | Promise<Connection>): void {
  const connections: Connection[] = [];
  let isWarm = false;

  const measureLoad = async (order: LoadOrder): Promise<Measurement> => {
    await setCount(connections, order.connections, connect);
    if (!isWarm)
      await measure(connections, { inFlight: Math.ceil(WARM_CALLS / order.connections), seconds: WARM_SECONDS });
    isWarm = true;
    return measure(connections, order);
  };

  const measureStorm = async (order: StormOrder): Promise<Storm> => {
    await setCount(connections, 0, connect);
    return storm(order.connections, connect);
  };

  answerParent((question) => {
    if (question.kind === 'load') return answer(measureLoad(question as LoadOrder));
    if (question.kind === 'storm') return answer(measureStorm(question as StormOrder));
    return undefined;
  });
}

/** Opens connections, some at a time, or closes those that are too many. */
async function setCount(
  connections: Connection[],
  count: number,
  connect: () => Connection | Promise<Connection>,
): Promise<void> {
  while (connections.length < count) {
    const more = Math.min(OPENING_MAX, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: more }, async () => connect()))));
  }
  await Promise.all(connections.splice(count).map(async (one) => one.close()));
}

function answer<T>(result: Promise<T>): Promise<LoadAnswer<T>> {
  return result.then(
    (value) => ({ ok: true, result: value }),
    (error: unknown) => ({ ok: false, why: error instanceof Error ? error.message : String(error) }),
  );
}

/**
 * What a process does first, in each contender: one call at a time would take the engine half a minute to compile what
 * is hot, and who has more code to compile would be measured cold for longer.
 */
const WARM_CALLS = 64;
const WARM_SECONDS = 1.5;
/** Connections opened at a time: a storm is another scenario. */
const OPENING_MAX = 20;
