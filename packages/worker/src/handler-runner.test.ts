import type { OfferedMethod } from '@reeve/protocol';
import { ReeveError, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { Handler } from './bind-service.ts';
import { bindService } from './bind-service.ts';
import type { Context } from './context.ts';
import type { Dispatch } from './core/dispatch.ts';
import type { Heard } from './core/scripted-broker.test-kit.ts';
import { Rig } from './core/scripted-broker.test-kit.ts';
import type { WorkerFailure } from './core/worker-event.ts';
import { HandlerRunner } from './handler-runner.ts';
import type { Interceptor } from './interceptor.ts';
import { NotStarted } from './not-started.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';
import { RecordingLogger } from './recording-logger.test-kit.ts';

const LINE = { sku: 'A1', quantity: 3 };
const QUOTE = 0;
const PLACE = 1;

describe('a handler', () => {
  test('that returns at once is answered at once', () => {
    const kit = new Kit({ quote: ({ quantity }: typeof LINE) => ({ cents: quantity * 5 }) });
    kit.call(QUOTE, LINE);
    expect(kit.replies()).toEqual([{ cents: 15 }]);
  });

  test('may be asynchronous, with asynchronous checks before and after it', async () => {
    const kit = new Kit({ place: async () => Promise.resolve({ accepted: true }) });
    kit.call(PLACE, LINE);
    expect(kit.replies()).toEqual([]);
    await kit.answered();
    expect(kit.replies()).toEqual([{ accepted: true }]);
  });

  test('gives what MessagePack has no form for by its shape', () => {
    const at = new Date('2026-01-02T03:04:05Z');
    const kit = new Kit({ quote: () => ({ cents: 1, at }) });
    kit.call(QUOTE, LINE);
    expect(kit.replies()).toEqual([{ cents: 1, at }]);
  });

  test('is called with its own object as `this`', () => {
    class Shop {
      readonly price = 7;
      quote(): object {
        return { cents: this.price };
      }
      place(): object {
        return { accepted: true };
      }
    }
    const kit = new Kit(new Shop() as unknown as Record<string, Handler>);
    kit.call(QUOTE, LINE);
    expect(kit.replies()).toEqual([{ cents: 7 }]);
  });
});

describe('a handler that could not be started', () => {
  const handlers = { quote: async () => Promise.reject(new NotStarted(VERDICTS.noWorker, 'no thread')) };

  test('fails its call with executed no, whatever the reason', async () => {
    const kit = new Kit(handlers);
    kit.call(QUOTE, LINE);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ code: 'unavailable', reason: 'no_worker', executed: 'no' }]);
    expect(kit.logger.at('error')).toEqual(['the handler of orders.quote could not be started']);
  });

  test('by the time that its call is over says no word about it', async () => {
    const kit = new Kit(handlers);
    const id = kit.call(QUOTE, LINE);
    kit.rig.broker.cancel(id);
    kit.rig.settle();
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'canceled', executed: 'no' }]);
    expect(kit.logger.lines).toEqual([]);
  });
});

describe('an input', () => {
  test("that does not fit is the caller's mistake, told with its places", () => {
    const kit = new Kit();
    kit.call(QUOTE, { sku: 'far too long', quantity: 0 });
    const [failure] = kit.failures();
    expect(failure).toMatchObject({ reason: 'invalid_input', executed: 'no', code: 'invalid_argument' });
    expect(failure!.detail.message).toMatch(/^orders\.quote: invalid input: sku: .+; quantity: /);
    expect(kit.starts).toBe(0);
  });

  test('that fails an asynchronous refinement does not start the handler', async () => {
    const kit = new Kit();
    kit.call(PLACE, { sku: 'unknown', quantity: 1 });
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'invalid_input', executed: 'no' }]);
    expect(kit.failures()[0]!.detail.message).toContain('no such article');
    expect(kit.starts).toBe(0);
  });

  test('that is not MessagePack is one that does not fit', () => {
    const kit = new Kit();
    kit.callBytes(QUOTE, Uint8Array.of(0xdf, 0xff));
    expect(kit.failures()).toMatchObject([{ reason: 'invalid_input', executed: 'no' }]);
  });

  test('whose call was cancelled during its check does not start the handler', async () => {
    const kit = new Kit();
    kit.rig.broker.cancel(kit.call(PLACE, LINE));
    kit.rig.settle();
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'canceled', executed: 'no' }]);
    expect(kit.starts).toBe(0);
  });
});

describe('an output that does not fit', () => {
  test.each([
    ['of the wrong type', { cents: 'many' }],
    ['that cannot be encoded', { cents: 1, at: 5 }],
    ['that is nothing', undefined],
  ])('%s is told as invalid_output, without its value', (_, output) => {
    const kit = new Kit({ quote: () => output });
    kit.call(QUOTE, LINE);
    expect(kit.failures()).toMatchObject([{ reason: 'invalid_output', executed: 'yes', code: 'internal' }]);
    expect(kit.logger.at('error')).toHaveLength(1);
    expect(JSON.stringify(kit.failures())).not.toContain('many');
  });
});

describe('what a handler throws', () => {
  test.each([
    ['at once', () => raise(new Error('password is hunter2'))],
    ['later', async () => Promise.reject(new Error('password is hunter2'))],
    ['that is no Error', () => raise('password is hunter2')],
  ])('%s goes to the log, and the wire gets a call id', async (_, quote) => {
    const kit = new Kit({ quote });
    kit.call(QUOTE, LINE);
    await kit.answered();
    const [failure] = kit.failures();
    expect(failure).toMatchObject({ reason: 'handler_error', executed: 'yes', code: 'internal' });
    const callId = kit.rig.started[0]!.callId;
    expect(failure!.detail).toEqual({
      message: `the handler of orders.quote failed; see the worker's log for call ${callId}`,
    });
    expect(kit.logger.lines).toMatchObject([{ level: 'error', fields: { callId, method: 'orders.quote' } }]);
    expect((kit.logger.lines[0]!.fields as { err: unknown }).err).toBeDefined();
  });

  test('with ctx.error is a declared failure with its data', async () => {
    const again = new Date(0);
    const kit = new Kit({
      place: (_: unknown, ctx: Context<{ OUT_OF_STOCK: object }>) =>
        raise(ctx.error('OUT_OF_STOCK', { sku: 'A1', again })),
    });
    kit.call(PLACE, LINE);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'declared', executed: 'yes', code: 'not_found' }]);
    const data = { sku: 'A1', again };
    expect(kit.failures()[0]!.detail).toEqual({
      message: 'orders.place: OUT_OF_STOCK',
      declared: 'OUT_OF_STOCK',
      data,
    });
    expect(kit.logger.at('error')).toEqual([]);
  });

  test('may be a declared error without data', async () => {
    const kit = new Kit({ place: (_: unknown, ctx: Context<{ CLOSED: undefined }>) => raise(ctx.error('CLOSED')) });
    kit.call(PLACE, LINE);
    await kit.answered();
    expect(kit.failures()[0]).toMatchObject({ code: 'unavailable', detail: { declared: 'CLOSED' } });
  });

  test('with data that the contract forbids is an invalid output', async () => {
    const kit = new Kit({
      place: (_: unknown, ctx: Context<{ OUT_OF_STOCK: object }>) => raise(ctx.error('OUT_OF_STOCK', { sku: 5 })),
    });
    kit.call(PLACE, LINE);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'invalid_output', executed: 'yes' }]);
  });

  test('under a name that the method does not declare is a mistake of the handler', async () => {
    const kit = new Kit({ place: (_: unknown, ctx: Context<{ NOPE: undefined }>) => raise(ctx.error('NOPE')) });
    kit.call(PLACE, LINE);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'handler_error' }]);
    const { err } = kit.logger.lines[0]!.fields as { err: Error };
    expect(err.message).toBe('orders.place declares no error "NOPE", but "OUT_OF_STOCK", "CLOSED"');
  });

  test('and belongs to another service is not passed off as declared', () => {
    const foreign = ReeveError.of(VERDICTS.declared, 'x', { declared: 'SOLD' });
    const kit = new Kit({ quote: () => raise(foreign) });
    kit.call(QUOTE, LINE);
    expect(kit.failures()).toMatchObject([{ reason: 'handler_error', code: 'internal' }]);
  });
});

describe('the context', () => {
  test('tells what came with the call', () => {
    const kit = new Kit({
      quote(_: unknown, ctx: Context) {
        const { attempt, priority, remainingMs, key, metadata, callId } = ctx;
        expect({ attempt, priority, remainingMs, key, metadata }).toEqual({
          attempt: 1,
          priority: 1,
          remainingMs: 2_000,
          key: 'é1',
          metadata: { tenant: 'acme' },
        });
        expect(callId).toMatch(/^[0-9a-f]{32}-\d+$/);
        return { cents: 1 };
      },
    });
    kit.call(QUOTE, LINE, { key: 'é1', metadata: { tenant: 'acme', odd: 5 }, remainingMs: 2_000 });
    expect(kit.replies()).toHaveLength(1);
  });

  test('has empty metadata and no key where the call has none', () => {
    const kit = new Kit({
      quote(_: unknown, ctx: Context) {
        expect(ctx.metadata).toEqual({});
        expect(ctx.key).toBeUndefined();
        return { cents: 1 };
      },
    });
    kit.call(QUOTE, LINE);
    expect(kit.replies()).toHaveLength(1);
  });

  test('raises its signal at a cancel, and the handler that stops for it is not an error in the log', async () => {
    const kit = new Kit({
      quote: async (_: unknown, { signal }: Context) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    kit.rig.broker.cancel(kit.call(QUOTE, LINE));
    kit.rig.settle();
    kit.passOnAborts();
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'canceled', executed: 'unknown' }]);
    expect(kit.logger.at('error')).toEqual([]);
    expect(kit.logger.at('debug')).toHaveLength(1);
  });

  test('raises its signal at the deadline, also for one who asks afterwards', () => {
    let context: Context | undefined;
    const kit = new Kit({
      quote: async (_: unknown, ctx: Context) => {
        context = ctx;
        return new Promise(() => undefined);
      },
    });
    kit.call(QUOTE, LINE, { remainingMs: 100 });
    kit.rig.pass(120);
    kit.passOnAborts();
    expect(context!.signal.aborted).toBe(true);
    expect(context!.signal.reason).toMatchObject({ code: 'deadline_exceeded' });
    expect(context!.remainingMs).toBe(0);
  });

  // A method that goes on without its caller has no signal then, and is not begun in vain all the same.
  test('is not begun when its deadline came while its input was checked', async () => {
    const kit = new Kit({}, [], { finish: true });
    kit.call(PLACE, LINE, { remainingMs: 100 });
    kit.rig.pass(120);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'expired_in_queue', executed: 'no' }]);
    expect(kit.starts).toBe(0);
  });

  test('prolongs the lease', () => {
    const kit = new Kit({
      quote: async (_: unknown, ctx: Context) => {
        ctx.heartbeat();
        return new Promise(() => undefined);
      },
    });
    const id = kit.call(QUOTE, LINE);
    expect(kit.rig.broker.of('extend')).toEqual([{ is: 'extend', id }]);
  });
});

describe('interceptors', () => {
  test('wrap the handler, the first one outermost, and see and change what passes', async () => {
    const seen: string[] = [];
    const note =
      (name: string): Interceptor =>
      (next) =>
      async (call) => {
        seen.push(`${name}>${call.service}.${call.method}`);
        const output = (await next({ ...call, input: { ...(call.input as object), quantity: 10 } })) as {
          cents: number;
        };
        seen.push(`<${name}`);
        return { cents: output.cents + 1 };
      };
    const handlers = { quote: ({ quantity }: typeof LINE) => ({ cents: quantity }) };
    const kit = new Kit(handlers, [note('a'), note('b')]);
    kit.call(QUOTE, LINE);
    await kit.answered();
    expect(seen).toEqual(['a>orders.quote', 'b>orders.quote', '<b', '<a']);
    expect(kit.replies()).toEqual([{ cents: 12 }]);
  });

  test('may refuse a call: what they throw is treated like what a handler throws', async () => {
    const kit = new Kit({}, [() => () => raise(new Error('not you'))]);
    kit.call(QUOTE, LINE);
    await kit.answered();
    expect(kit.failures()).toMatchObject([{ reason: 'handler_error' }]);
    expect(kit.starts).toBe(0);
  });
});

/** A runner on a real core with a scripted broker. */
class Kit {
  readonly rig: Rig;
  readonly logger: RecordingLogger = new RecordingLogger();
  starts = 0;
  readonly #runner: HandlerRunner;

  constructor(
    handlers: Readonly<Record<string, Handler>> = {},
    interceptors: readonly Interceptor[] = [],
    more: Partial<OfferedMethod> = {},
  ) {
    const all = Object.getPrototypeOf(handlers) === Object.prototype ? { ...this.#defaults(), ...handlers } : handlers;
    const { methods } = bindService({ descriptor: ordersDescriptor, contract: Orders, handlers: all });
    this.rig = new Rig({ methods: methods.map(({ offer }) => ({ ...offer, ...more })), concurrency: 8 }).open();
    const { core } = this.rig;
    const desk = {
      now: () => this.rig.now,
      complete: (dispatch: Dispatch, body: Uint8Array) => core.complete(this.rig.now, dispatch, body),
      fail: (dispatch: Dispatch, failure: WorkerFailure) => core.fail(this.rig.now, dispatch, failure),
      extend: (dispatch: Dispatch) => core.extend(this.rig.now, dispatch),
    };
    this.#runner = new HandlerRunner({ methods, desk, logger: this.logger, interceptors });
  }

  /** Sends a call, starts its handler, and carries back what is answered at once. */
  call(method: number, body: unknown, more: { key?: string; metadata?: object; remainingMs?: number } = {}): number {
    const id = this.rig.broker.dispatch({ method, body, ...more });
    this.#run();
    return id;
  }

  callBytes(method: number, bytes: Uint8Array): void {
    this.rig.broker.dispatchBytes(bytes, { method });
    this.#run();
  }

  /** Waits for an answer. */
  async answered(): Promise<void> {
    for (let turns = 0; this.replies().length + this.failures().length === 0; turns++) {
      if (turns > 100) throw new Error('there is no answer');
      await new Promise((resolve) => setImmediate(resolve));
      this.rig.settle();
    }
  }

  passOnAborts(): void {
    for (const event of this.rig.events) if (event.kind === 'abort') event.dispatch.attached?.abort(event.why);
  }

  replies(): unknown[] {
    return this.rig.broker.of('reply').map((reply) => reply.body);
  }

  failures(): Extract<Heard, { is: 'failure' }>[] {
    return this.rig.broker.of('failure');
  }

  #run(): void {
    const seen = this.rig.started.length;
    this.rig.settle();
    for (const dispatch of this.rig.started.slice(seen)) this.#runner.start(dispatch);
    this.rig.settle();
  }

  #defaults(): Record<string, Handler> {
    const handler = (): unknown => {
      this.starts += 1;
      return { cents: 1, accepted: true };
    };
    return { quote: handler, place: handler };
  }
}

function raise(error: unknown): never {
  throw error;
}
