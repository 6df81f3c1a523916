import { threadId } from 'node:worker_threads';
import type { Context } from '../context.ts';
import type { LabInput } from './lab.test-kit.ts';

type LabContext = Context<{ REFUSED: { since: Date } }>;
type Act = (ctx: LabContext, input: LabInput) => unknown;

if (process.env['LAB_IS_CLOSED'] === 'yes') throw new Error('the lab is closed');

// Handlers that run in a thread.
const acts: Readonly<Record<string, Act>> = {
  echo: () => ({ text: 'echo' }),
  thread: () => ({ text: String(threadId) }),
  time: ({ remainingMs }) => ({ text: JSON.stringify({ remainingMs, at: Date.now() }) }),
  facts: ({ attempt, callId, key, metadata, priority, remainingMs }) => ({
    text: JSON.stringify({
      attempt,
      callId,
      key,
      metadata,
      priority,
      isInTime: remainingMs > 0 && remainingMs <= 7_000,
    }),
  }),
  refuse: (ctx) => {
    throw ctx.error('REFUSED', { since: new Date(0) });
  },
  undeclared: (ctx) => {
    throw (ctx as Context<Record<string, unknown>>).error('NOPE', {});
  },
  throw: () => {
    throw new RangeError('too far', { cause: 'the map' });
  },
  uncarried: () => ({ text: 'x', extra: () => 1 }),
  exit: () => process.exit(3),
  outside: async () => {
    setTimeout(() => {
      throw new Error('thrown outside');
    });
    return new Promise(() => undefined);
  },
  swell: () => {
    const values: unknown[] = [];
    for (;;) values.push(Array.from({ length: 10_000 }, () => ({})));
  },
  spin: () => {
    for (;;);
  },
  // Says as often as it can that it is at work.
  eager: (ctx) => {
    const end = performance.now() + 200;
    while (performance.now() < end) ctx.heartbeat();
    return { text: 'eager' };
  },
  // The same, until the test lets it go.
  lively: (ctx, { atWork }) => {
    while (Atomics.load(atWork!, 0) !== 2) ctx.heartbeat();
    return { text: 'lively' };
  },
  // Computes, and asks for the signal now and then.
  polite: (ctx) => {
    while (!ctx.signal.aborted);
    throw ctx.signal.reason;
  },
  // Waits, and listens to the signal.
  wait: async ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
  // Ignores its signal until the test lets it go.
  held: (_, { atWork }) => {
    Atomics.wait(atWork!, 0, 1);
    return { text: 'held' };
  },
};

class Lab {
  async work(input: LabInput, ctx: LabContext): Promise<unknown> {
    return this.#act(input, ctx);
  }

  other(input: LabInput, ctx: LabContext): unknown {
    ctx.heartbeat();
    return this.#act(input, ctx);
  }

  #act(input: LabInput, ctx: LabContext): unknown {
    if (input.atWork !== undefined) {
      Atomics.store(input.atWork, 0, 1);
      Atomics.notify(input.atWork, 0);
    }
    return acts[input.act]!(ctx, input);
  }
}

export default new Lab();
