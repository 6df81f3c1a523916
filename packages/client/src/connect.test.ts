import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { ReeveError } from '@reeve/protocol';
import { EndpointError } from '@reeve/protocol/io';
import { describe, expect, test } from 'vitest';
import { callKey } from './call-key.ts';
import type { ConnectOptions } from './config.ts';
import { resolveConfig } from './config.ts';
import { connect } from './connect.ts';
import { connectError } from './connect-error.ts';
import { MemoryBroker, freshEndpoint, ordersDescriptor } from './memory-broker.test-kit.ts';

describe('connect', () => {
  test('resolves at the first answer, whichever broker gives it', async () => {
    await using broker = await MemoryBroker.listen();
    const reeve = await connect({ brokers: [freshEndpoint(), broker.endpoint] });
    expect(reeve.brokers.map(({ isConnected }) => isConnected)).toEqual([false, true]);
    await reeve.close();
  });

  test('waits for a broker that is on its way up', async () => {
    const endpoint = freshEndpoint();
    const connecting = connect({ brokers: [endpoint] });
    await using broker = await MemoryBroker.listen(endpoint);
    const reeve = await connecting;
    await reeve.close();
    expect(broker.script.hellos).toHaveLength(1);
  });

  test('names every endpoint, what was seen there and the next step', async () => {
    const [nobody, silent] = [freshEndpoint(), await MemoryBroker.listen()];
    silent.script.isWelcoming = false;
    const error = await failed({ brokers: [nobody, silent.endpoint], connectTimeoutMs: 50 });
    await silent[Symbol.asyncDispose]();
    expect(error).toBeInstanceOf(ReeveError);
    expect(error).toMatchObject({ code: 'unavailable', reason: 'no_broker', executed: 'no' });
    expect(error.message).toContain(`${nobody}: `);
    expect(error.message).toContain(`${silent.endpoint}: connected, but silent`);
    expect(error.message).toMatch(/Start one with: reeve broker --listen memory:\/\/\S+$/);
    expect(error.message).not.toContain('\n');
  });

  test('tells a port that nobody listens on from one that does not speak ZeroMQ', async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const [webPort, freePort] = [web, free].map((server) => (server.address() as AddressInfo).port);
    await new Promise((resolve) => free.close(resolve));
    const brokers = [`tcp://127.0.0.1:${freePort}`, `tcp://127.0.0.1:${webPort}`];
    const error = await failed({ brokers, connectTimeoutMs: 2_000 });
    web.close();
    expect(error.message).toContain(`tcp://127.0.0.1:${freePort}: connection refused`);
    expect(error.message).toContain(`tcp://127.0.0.1:${webPort}: what listens there does not speak ZeroMQ`);
  });

  test('an endpoint that cannot be used is refused at once', async () => {
    expect(await failed({ brokers: ['http://x:1'] })).toBeInstanceOf(EndpointError);
    expect(await failed({ brokers: ['tcp://nowhere'] })).toBeInstanceOf(EndpointError);
  });

  test('with wait: false calls wait for a broker, and say what was seen when none came', async () => {
    const endpoint = freshEndpoint();
    const reeve = await connect({ brokers: [endpoint], wait: false });
    const quote = reeve.method(ordersDescriptor, 'quote');
    const lost = await quote.safe({ sku: 'A', quantity: 1 }, { timeoutMs: 20 });
    expect(lost).toMatchObject({ ok: false, error: { reason: 'no_broker', executed: 'no', attempts: 0 } });
    expect(lost.ok ? '' : lost.error.message).toContain(endpoint);
    const waiting = quote({ sku: 'A', quantity: 1 });
    await using broker = await MemoryBroker.listen(endpoint);
    broker.answer = () => ({ value: { cents: 1 } });
    expect(await waiting).toEqual({ cents: 1n });
    await reeve.close();
  });

  test('closing a client that never reached a broker ends at once', async () => {
    const reeve = await connect({ brokers: [freshEndpoint()], wait: false });
    await expect(reeve.close()).resolves.toBeUndefined();
  });
});

describe('what was seen', () => {
  const text = (notice: Parameters<typeof connectError>[0][number]['notice'], trouble?: string): string =>
    connectError([{ endpoint: 'tcp://h:1', notice, trouble }], 5_000).message;

  test('is told in words', () => {
    expect(text('refused')).toContain('tcp://h:1: connection refused, nothing listens there');
    expect(text('unresolved')).toContain('the host is not known');
    expect(text(undefined)).toContain('nothing was heard from there');
    expect(text('connected', 'protocol version 9, this side speaks 1')).toContain('tcp://h:1: protocol version 9');
    expect(text('refused', 'an old story')).not.toContain('old story');
  });
});

describe('configuration', () => {
  test('brokers come from the call, else the environment, else the default', () => {
    expect(resolveConfig({}, {}).core.brokers).toEqual(['tcp://127.0.0.1:5555']);
    const environment = { REEVE_BROKERS: 'tcp://a:1, tcp://b:2,' };
    expect(resolveConfig({}, environment).core.brokers).toEqual(['tcp://a:1', 'tcp://b:2']);
    expect(resolveConfig({ brokers: ['tcp://c:3'] }, environment).core.brokers).toEqual(['tcp://c:3']);
  });

  const bad: readonly [ConnectOptions, string][] = [
    [{ brokers: [] }, 'no broker is named: give one such as tcp://127.0.0.1:5555'],
    [{ brokers: ['tcp://a:1', 'tcp://a:1'] }, 'broker tcp://a:1 is listed twice: name each broker once'],
    [{ policy: 'random' as never }, 'policy is "random", but must be "failover" or "round-robin"'],
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs is 0, but must be an integer from 1 to 86400000'],
    [{ attempts: 0 }, 'attempts is 0, but must be an integer from 1 to 100'],
    [{ pendingCallsMax: 1.5 }, 'pendingCallsMax is 1.5, but must be an integer from 1 to 1000000'],
  ];
  test.each(bad)('%o is refused with one clear line', (options, message) => {
    expect(() => resolveConfig(options, {})).toThrow(message);
  });
});

describe('keys', () => {
  const text = (paths: string[], input: unknown, option?: string): string | undefined => {
    const bytes = callKey(paths, input, option);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };

  test('are plain data that every client computes the same', () => {
    expect(text([], {})).toBeUndefined();
    expect(text(['id'], { id: 'x' })).toBe('x');
    expect(text(['id'], { id: 7 })).toBe('7');
    expect(text(['id'], { id: 2n ** 60n })).toBe('1152921504606846976');
    expect(text(['a.b', 'c'], { a: { b: 'x"y' }, c: 1 })).toBe('["x\\"y","1"]');
  });

  test('a value that is missing is named', () => {
    expect(() => text(['a.b'], { a: null })).toThrow('the key "a.b" must be a string or an integer of the input');
    expect(() => text(['a'], { a: 1.5 })).toThrow('the key "a"');
  });
});

async function failed(options: ConnectOptions): Promise<Error> {
  try {
    const reeve = await connect(options);
    await reeve.close();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it connected');
}
