import { ReeveError, encodeDetail } from '@reeve/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallOptions } from './call-options.ts';
import { connect } from './connect.ts';
import { isDeclared } from './declared.ts';
import { MemoryBroker, ordersDescriptor, valueOf } from './memory-broker.test-kit.ts';
import type { MethodCall } from './method-call.ts';
import type { Reeve } from './reeve.ts';

let broker: MemoryBroker;
let reeve: Reeve;
let quote: MethodCall<{ sku: string; quantity: number }, { cents: bigint }>;
let place: MethodCall<{ order: { id: string } }, { accepted: boolean }>;
const LINE = { sku: 'A1', quantity: 3 };
const ORDER = { order: { id: 'o-1' } };

beforeEach(async () => {
  broker = await MemoryBroker.listen();
  broker.answer = () => ({ value: { cents: 7 } });
  reeve = await connect({ brokers: [broker.endpoint] });
  quote = reeve.method(ordersDescriptor, 'quote');
  place = reeve.method(ordersDescriptor, 'place');
});

afterEach(async () => {
  await reeve.close();
  await broker[Symbol.asyncDispose]();
});

describe('a call', () => {
  test('sends the input and resolves to the reply, lifted', async () => {
    expect(await quote(LINE)).toEqual({ cents: 7n });
    expect(broker.inputs).toEqual([LINE]);
  });

  test('a thousand calls made at once travel together', async () => {
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => quote(LINE)));
    expect(replies).toHaveLength(1_000);
    expect(broker.script.messages).toBeLessThan(4);
  });

  test('an input that does not fit is not sent; the error says what and where', async () => {
    const error = await caught(quote({ sku: 'much too long', quantity: 0 }));
    expect(error).toMatchObject({ code: 'invalid_argument', reason: 'invalid_input', executed: 'no', attempts: 0 });
    expect(error.message).toMatch(/^\[invalid_argument\] orders\.quote: the input does not fit: .*sku.*quantity/);
    expect(broker.inputs).toEqual([]);
  });

  test('a declared error has its data, lifted, and its code', async () => {
    broker.answer = () => ({ declared: 'OUT_OF_STOCK', data: { sku: 'A1', left: 2 } });
    const error = await caught(place(ORDER));
    expect(error).toMatchObject({ code: 'not_found', reason: 'declared', executed: 'yes', attempts: 1 });
    expect(error.message).toBe('[not_found] orders.place: OUT_OF_STOCK');
    if (!isDeclared<'OUT_OF_STOCK', { sku: string; left: bigint }>(error, 'OUT_OF_STOCK')) throw new Error('not it');
    expect(error.data).toEqual({ sku: 'A1', left: 2n });
    expect(isDeclared(error, 'ANOTHER')).toBe(false);
    expect(isDeclared(new Error('x'), 'OUT_OF_STOCK')).toBe(false);
  });

  test('a failure names the method, in the words of whoever failed', async () => {
    broker.answer = () => ({ verdict: 'handlerError', detail: encodeDetail({ message: 'the handler threw' }) });
    const error = await caught(quote(LINE));
    expect(error).toMatchObject({ code: 'internal', reason: 'handler_error', executed: 'yes' });
    expect(error.message).toBe('[internal] orders.quote: the handler threw');
  });

  test('a failure that comes without words gets those of its verdict', async () => {
    broker.answer = () => ({ verdict: 'noReply' });
    const words = 'the deadline passed after the call was handed on';
    expect((await caught(quote(LINE))).message).toBe(`[deadline_exceeded] orders.quote: ${words}`);
  });

  test('a reply that is no MessagePack is an error, not a crash', async () => {
    broker.answer = () => ({ body: Uint8Array.of(0xc1, 0xff, 0x93) });
    expect(await caught(quote(LINE))).toMatchObject({ reason: 'invalid_output', executed: 'yes' });
  });

  test('detail that is not what it should be is left out', async () => {
    broker.answer = () => ({ verdict: 'workerLost', detail: Uint8Array.of(0x93, 1, 2, 3) });
    expect((await caught(quote(LINE))).message).toMatch(/^\[unavailable\] orders\.quote: /);
  });

  test('safe returns the result instead of throwing', async () => {
    expect(await quote.safe(LINE)).toEqual({ ok: true, value: { cents: 7n } });
    broker.answer = () => ({ verdict: 'handlerError' });
    expect(await quote.safe(LINE)).toMatchObject({ ok: false, error: { reason: 'handler_error' } });
    expect(await quote.safe({ sku: 'A1', quantity: -1 })).toMatchObject({ ok: false, error: { executed: 'no' } });
  });

  test('a method is compiled once; one that is not there is named', () => {
    expect(reeve.method(ordersDescriptor, 'quote')).toBe(quote);
    expect(() => reeve.method(ordersDescriptor, 'toString')).toThrow('has no method "toString"; it has: quote, place');
  });
});

describe('call options', () => {
  test('reach the broker', async () => {
    await quote(LINE, { timeoutMs: 2_000, metadata: { tenant: 'acme' }, priority: 0, key: 'k' });
    const [seen] = broker.script.requests;
    expect(seen).toMatchObject({ priority: 0 });
    expect(seen!.remainingMs).toBeGreaterThan(1_800);
    expect(seen!.remainingMs).toBeLessThanOrEqual(1_900);
    expect(valueOf(seen!.metadata)).toEqual({ tenant: 'acme' });
    expect(new TextDecoder().decode(seen!.key)).toBe('k');
  });

  test('the key comes from the input where the contract says so, unless the call says otherwise', async () => {
    broker.answer = () => ({ value: { accepted: true } });
    await place(ORDER);
    await place(ORDER, { key: 'mine' });
    await quote(LINE);
    const keys = broker.script.requests.map(({ key }) => new TextDecoder().decode(key));
    expect(keys).toEqual(['o-1', 'mine', '']);
  });

  const bad: readonly [string, CallOptions, RegExp][] = [
    ['timeoutMs 0', { timeoutMs: 0 }, /timeoutMs is 0, but must be from 1 to 86400000/],
    ['timeoutMs NaN', { timeoutMs: NaN }, /timeoutMs is NaN/],
    ['timeoutMs of more than a day', { timeoutMs: 86_400_001 }, /timeoutMs is 86400001/],
    ['hedgeAfterMs 0', { hedgeAfterMs: 0 }, /hedgeAfterMs is 0, but must be from 1 to 86400000/],
    ['attemptTimeoutMs NaN', { attemptTimeoutMs: NaN }, /attemptTimeoutMs is NaN/],
    ['a priority there is none of', { priority: 4 as 3 }, /priority is 4, but must be 0, 1, 2 or 3/],
    ['metadata that is no string', { metadata: { n: 1 as never } }, /metadata "n" is a number/],
    ['too much metadata', { metadata: { m: 'x'.repeat(9_000) } }, /the metadata has 900\d bytes, at most 8192/],
    ['a long key', { key: 'ä'.repeat(513) }, /the key has 1026 bytes, at most 1024/],
    ['an empty key', { key: '' }, /the key is empty/],
  ];
  test.each(bad)('%s is refused with one clear line', async (_, options, message) => {
    const error = await caught(quote(LINE, options));
    expect(error).toMatchObject({ code: 'invalid_argument', executed: 'no' });
    expect(error.message).toMatch(message);
    expect(broker.inputs).toEqual([]);
  });

  test('an at-most-once method is not hedged, whatever the call says', async () => {
    const error = await caught(place(ORDER, { hedgeAfterMs: 100 }));
    expect(error.message).toMatch(/hedgeAfterMs needs an idempotent method, and place is started at most once/);
  });

  test('from: time, trace and priority are inherited, the rest of the metadata is not', async () => {
    const { signal } = new AbortController();
    const metadata = { traceparent: '00-1', tenant: 'acme' };
    await quote(LINE, { from: { remainingMs: 1_000, signal, metadata, priority: 3 }, metadata: { own: 'x' } });
    const [seen] = broker.script.requests;
    expect(seen!.remainingMs).toBeLessThanOrEqual(950);
    expect(seen!.priority).toBe(3);
    expect(valueOf(seen!.metadata)).toEqual({ traceparent: '00-1', own: 'x' });
  });

  test('from a call without time left: nothing is sent', async () => {
    const { signal } = new AbortController();
    const error = await caught(quote(LINE, { from: { remainingMs: 0, signal, metadata: {} } }));
    expect(error).toMatchObject({ code: 'deadline_exceeded', executed: 'no' });
    expect(broker.inputs).toEqual([]);
  });
});

describe('signals', () => {
  test('one that is raised already: nothing is sent', async () => {
    const error = await caught(quote(LINE, { signal: AbortSignal.abort('too late') }));
    expect(error).toMatchObject({ code: 'canceled', executed: 'no', cause: 'too late', attempts: 0 });
    expect(broker.inputs).toEqual([]);
  });

  test('one that is raised on the way: the broker is told, and the cause is the reason', async () => {
    const abort = new AbortController();
    broker.answer = () => {
      abort.abort('changed my mind');
      return undefined;
    };
    const error = await caught(quote(LINE, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'canceled', executed: 'unknown', cause: 'changed my mind', attempts: 1 });
    await until(() => broker.script.canceled.length === 1);
  });

  test('that of the call it is made for cancels too', async () => {
    const abort = new AbortController();
    broker.answer = () => {
      abort.abort('outer');
      return undefined;
    };
    const from = { remainingMs: 1_000, signal: abort.signal, metadata: {} };
    const own = new AbortController();
    expect(await caught(quote(LINE, { from, signal: own.signal }))).toMatchObject({ cause: 'outer' });
  });

  test('one listener per call, and none once it is over', async () => {
    const counts = { added: 0, removed: 0 };
    const { signal } = new AbortController();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      counts.added += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      counts.removed += 1;
      remove(...args);
    };
    await quote(LINE, { signal });
    broker.answer = () => ({ verdict: 'handlerError' });
    await caught(quote(LINE, { signal }));
    expect(counts).toEqual({ added: 2, removed: 2 });
  });
});

describe('interceptors', () => {
  test('wrap the call, the first one outermost, and may change it', async () => {
    const seen: string[] = [];
    const trace = await connect({
      brokers: [broker.endpoint],
      interceptors: [
        (next) => async (call) => {
          seen.push(`outer ${call.service}.${call.method} ${call.idempotent}`);
          return next({ ...call, options: { ...call.options, metadata: { by: 'outer' } } });
        },
        (next) => async (call) => {
          seen.push(`inner ${call.options.metadata?.['by']}`);
          const reply = await next(call);
          seen.push('back');
          return reply;
        },
      ],
    });
    await trace.method(ordersDescriptor, 'quote')(LINE);
    expect(seen).toEqual(['outer orders.quote true', 'inner outer', 'back']);
    await trace.close();
  });

  test('what one throws itself reaches the caller, also through safe', async () => {
    const mine = new Error('mine');
    const client = await connect({
      brokers: [broker.endpoint],
      interceptors: [
        () => () => {
          throw mine;
        },
      ],
    });
    await expect(client.method(ordersDescriptor, 'quote').safe(LINE)).rejects.toBe(mine);
    await client.close();
  });
});

describe('the end', () => {
  test('close fails what is outstanding and says goodbye', async () => {
    broker.answer = () => undefined;
    const call = caught(quote(LINE));
    await until(() => broker.inputs.length === 1);
    await reeve.close();
    expect(await call).toMatchObject({ code: 'canceled', reason: 'client_closed', executed: 'unknown' });
    await until(() => broker.script.byes === 1);
    expect(await caught(quote(LINE))).toMatchObject({ reason: 'client_closed', executed: 'no' });
    await reeve.close();
  });

  test('drain lets outstanding calls end, and takes no new ones', async () => {
    broker.answer = () => undefined;
    const call = quote(LINE);
    await until(() => broker.inputs.length === 1);
    const drained = reeve.drain();
    expect(await caught(quote(LINE))).toMatchObject({ reason: 'client_closed', executed: 'no' });
    broker.script.reply(broker.script.requests[0]!, Uint8Array.of(0x81, 0xa5, 0x63, 0x65, 0x6e, 0x74, 0x73, 0x01));
    broker.pump();
    expect(await call).toEqual({ cents: 1n });
    await drained;
    await until(() => broker.script.byes === 1);
  });

  test('`await using` closes', async () => {
    {
      await using other = await connect({ brokers: [broker.endpoint] });
      expect(other.brokers[0]).toMatchObject({ isConnected: true, broker: 'memory' });
    }
    await until(() => broker.script.byes === 1);
  });

  test('status tells what happens to the connections, and ends', async () => {
    const news: string[] = [];
    const reading = (async () => {
      for await (const status of reeve.status()) news.push(`${status.kind} ${status.endpoint}`);
    })();
    broker.script.goaway();
    broker.pump();
    await until(() => news.length === 1);
    broker.script.bye();
    broker.pump();
    await until(() => news.length === 4);
    await reeve.close();
    await reading;
    expect(news).toEqual(
      ['leaving', 'disconnected', 'connecting', 'connected'].map((kind) => `${kind} ${broker.endpoint}`),
    );
  });

  test('stats count', async () => {
    await quote(LINE);
    broker.answer = () => ({ verdict: 'handlerError' });
    await caught(quote(LINE));
    expect(reeve.stats()).toMatchObject({ calls: 2, replies: 1, failures: 1, pending: 0, unsentBytes: 0 });
  });
});

async function caught(call: Promise<unknown>): Promise<ReeveError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
