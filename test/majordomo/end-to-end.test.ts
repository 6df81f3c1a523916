import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Broker, MajordomoOptions } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import type { Reeve, Result } from '@reeve/client';
import { connect } from '@reeve/client';
import { decodeValue, encodeValue } from '@reeve/protocol';
import type { Worker } from '@reeve/worker';
import { serve } from '@reeve/worker';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LedgerClient } from './generated/ledger.client.ts';
import { serveLedger } from './generated/ledger.worker.ts';
import { ShoutClient } from './generated/shout.client.ts';
import { serveShout } from './generated/shout.worker.ts';
import type { Bodies, Version } from './majordomo-peer.ts';
import { HEADS, MajordomoPeer, MajordomoWorker } from './majordomo-peer.ts';

/** Native peers and Majordomo peers at one broker, over every transport. */

const folder = mkdtempSync(join(tmpdir(), 'reeve-majordomo-'));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const end of open.splice(0).toReversed()) await end.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const LISTENS = ['tcp://127.0.0.1:0', 'memory://majordomo', `ipc://${folder}/broker`];
const OPTIONS: MajordomoOptions = {
  services: {
    'ledger.book': { body: 'json' },
    'ledger.enter': { body: 'msgpack', retrySafe: true },
    'ledger.count': { body: 'json' },
  },
};

describe.each(LISTENS)('over %s', (listen) => {
  test('a native client calls Majordomo workers', async () => {
    const { endpoint, reeve } = await start(listen);
    const shout = await worker(endpoint, 'shout', '0.1', ([body]) => [body!.toString().toUpperCase()]);
    const json = await worker(endpoint, 'ledger.book', '0.2', ([body]) => {
      const { id, amount } = JSON.parse(String(body)) as { id: string; amount: number };
      return [JSON.stringify({ id, total: amount + 1 })];
    });
    const msgpack = await worker(endpoint, 'ledger.enter', '0.1', ([body]) => {
      const { id, amount } = valueOf(body!) as { id: string; amount: number };
      return [encodeValue({ id, total: amount + 2 })];
    });
    const ledger = new LedgerClient(reeve);
    expect(Buffer.from(await new ShoutClient(reeve).call(Buffer.from('hello')))).toEqual(Buffer.from('HELLO'));
    expect(await ledger.book({ id: 'ä', amount: 1 })).toEqual({ id: 'ä', total: 2 });
    expect(await ledger.enter({ id: 'b', amount: 1 })).toEqual({ id: 'b', total: 3 });
    expect([shout, json, msgpack].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  test('Majordomo clients call a native method, and are answered in kind', async () => {
    const { endpoint } = await start(listen, {});
    await serveNative(endpoint);
    const input = { id: 'a', amount: 20 };
    for (const version of ['0.1', '0.2'] as const) {
      const client = peer(endpoint);
      const ask = async (body: string | Uint8Array): Promise<Buffer[]> => {
        await client.say(...HEADS[version].client, 'ledger.count', body);
        return client.hear();
      };
      const head = version === '0.1' ? ['', 'MDPC01', 'ledger.count'] : ['MDPC02', '\x03', 'ledger.count'];
      const asJson = await ask(JSON.stringify(input));
      expect(asJson.map(String)).toEqual([...head, JSON.stringify({ id: 'a', total: 40 })]);
      const asMsgpack = await ask(encodeValue(input));
      expect(asMsgpack.slice(0, 3).map(String)).toEqual(head);
      expect(valueOf(asMsgpack[3]!)).toEqual({ id: 'a', total: 40 });
    }
  });

  test('a native client gets the parts of a reply', async () => {
    const { endpoint, reeve } = await start(listen);
    await worker(endpoint, 'ledger.count', '0.2', () => [1, 2, 3].map((total) => JSON.stringify({ id: 'a', total })));
    const parts: unknown[] = [];
    const last = await new LedgerClient(reeve).count({ id: 'a', amount: 3 }, { onPart: (part) => parts.push(part) });
    expect(parts).toEqual([
      { id: 'a', total: 1 },
      { id: 'a', total: 2 },
    ]);
    expect(last).toEqual({ id: 'a', total: 3 });
  });

  test('a drain ends nothing that a Majordomo worker has at hand, and tells the others', async () => {
    const { endpoint, broker } = await start(listen);
    let finish!: () => void;
    const isAtWork = new Promise<void>((started) => {
      const answer = (): Promise<Bodies> => {
        started();
        return new Promise((resolve) => (finish = () => resolve(['done'])));
      };
      void worker(endpoint, 'shout', '0.1', answer);
    });
    const [idle, client] = [peer(endpoint), peer(endpoint)];
    await idle.say(...HEADS['0.2'].worker, '\x01', 'other');
    await client.say(...HEADS['0.1'].client, 'shout', 'a');
    await isAtWork;
    const drained = broker.drain();
    setTimeout(() => finish(), 200);
    expect((await client.hear()).map(String)).toEqual(['', 'MDPC01', 'shout', 'done']);
    expect((await idle.hear()).map(String)).toEqual(['MDPW02', '\x06']);
    await drained;
  });
});

test('calls with the same key reach a Majordomo worker once', async () => {
  const { endpoint, reeve } = await start(LISTENS[1]!);
  let total = 0;
  const { requests } = await worker(endpoint, 'ledger.enter', '0.2', () => [
    encodeValue({ id: 'a', total: (total += 1) }),
  ]);
  const ledger = new LedgerClient(reeve);
  const same = await Promise.all([1, 2, 3].map(() => ledger.enter({ id: 'a', amount: 1 })));
  expect(same.map((reply) => reply.total)).toEqual([1, 1, 1]);
  expect((await ledger.enter({ id: 'b', amount: 1 })).total).toBe(2);
  expect(requests).toHaveLength(2);
});

test('an idempotent call goes to the next worker only where the broker was told that it is safe', async () => {
  const { endpoint, reeve } = await start(LISTENS[1]!);
  const ledger = new LedgerClient(reeve);
  for (const [name, version, isSafe] of [
    ['ledger.enter', '0.1', true],
    ['ledger.book', '0.2', false],
  ] as const) {
    const dying = peer(endpoint);
    await dying.say(...HEADS[version].worker, '\x01', name);
    const body = { id: name, amount: 1 };
    const call = isSafe ? ledger.safe.enter(body) : ledger.safe.book(body);
    await dying.hear();
    const answer = { id: name, total: 7 };
    await worker(endpoint, name, version, () => [isSafe ? encodeValue(answer) : JSON.stringify(answer)]);
    await dying.close();
    expect(await call).toMatchObject(isSafe ? { ok: true, value: answer } : LOST);
  }
});

test('what a worker cannot be given is one clear error', async () => {
  const { endpoint, reeve } = await start(LISTENS[1]!);
  const { requests } = await worker(endpoint, 'shout.tell', '0.1', () => ['never']);
  const result = await new ShoutClient(reeve).safe.tell({ text: 'hello' });
  expect(result).toMatchObject({ ok: false, error: { reason: 'invalid_input', executed: 'no' } });
  expect(messageOf(result)).toMatch(
    /has Majordomo workers and takes bytes, not .*; say in the broker's configuration what its bodies are/,
  );
  expect(requests).toEqual([]);
});

test('what a worker sends that is not what it should be is one clear error', async () => {
  const { endpoint, reeve } = await start(LISTENS[1]!);
  await worker(endpoint, 'ledger.book', '0.1', () => ['no JSON']);
  const result = await new LedgerClient(reeve).safe.book({ id: 'a', amount: 1 });
  expect(result).toMatchObject({ ok: false, error: { reason: 'invalid_output', executed: 'yes' } });
  expect(messageOf(result)).toContain('the worker sent a body that is not JSON');
});

test('a Majordomo client gives bytes to a native method whose bodies are raw', async () => {
  const { endpoint } = await start(LISTENS[1]!, { services: { shout: { body: 'raw' } } });
  const native = await serve({
    brokers: [endpoint],
    services: [serveShout({ call: (bytes) => bytes.toReversed(), tell: ({ text }) => Buffer.from(text) })],
  });
  open.push(native);
  const client = peer(endpoint);
  await client.say(...HEADS['0.1'].client, 'shout', 'abc');
  expect((await client.hear()).map(String)).toEqual(['', 'MDPC01', 'shout', 'cba']);
});

test('peers of several listeners meet', async () => {
  const { broker, reeve } = await start(LISTENS);
  const [tcp, memory, ipc] = broker.endpoints as [string, string, string];
  await worker(ipc, 'shout', '0.2', ([body]) => [`${String(body)}!`]);
  const client = peer(tcp);
  await client.say(...HEADS['0.1'].client, 'shout', 'tcp');
  expect((await client.hear()).map(String)).toEqual(['', 'MDPC01', 'shout', 'tcp!']);
  expect(Buffer.from(await new ShoutClient(reeve).call(Buffer.from('native'))).toString()).toBe('native!');
  await serveNative(memory);
  await client.say(...HEADS['0.1'].client, 'ledger.count', '{"id":"a","amount":2}');
  expect((await client.hear()).map(String)).toEqual(['', 'MDPC01', 'ledger.count', '{"id":"a","total":4}']);
});

const LOST = { ok: false, error: { reason: 'worker_lost', executed: 'unknown' } };

async function start(
  listen: string | readonly string[],
  majordomo: MajordomoOptions = OPTIONS,
): Promise<{ broker: Broker; endpoint: string; reeve: Reeve }> {
  const broker = await startBroker({ listen, majordomo });
  open.push(broker);
  const [endpoint] = broker.endpoints;
  const reeve = await connect({ brokers: [endpoint!] });
  open.push(reeve);
  return { broker, endpoint: endpoint!, reeve };
}

async function serveNative(endpoint: string): Promise<Worker> {
  const double = ({ id, amount }: { id: string; amount: number }): { id: string; total: number } => ({
    id,
    total: amount * 2,
  });
  const native = await serve({
    brokers: [endpoint],
    services: [serveLedger({ book: double, enter: double, count: double })],
  });
  open.push(native);
  await native.ready();
  return native;
}

function peer(endpoint: string): MajordomoPeer {
  const made = new MajordomoPeer(endpoint);
  open.push(made);
  return made;
}

async function worker(
  endpoint: string,
  service: string,
  version: Version,
  answer: (body: Buffer[]) => Promise<Bodies> | Bodies,
): Promise<MajordomoWorker> {
  const made = await MajordomoWorker.start(endpoint, service, version, answer);
  open.push(made);
  return made;
}

function messageOf(result: Result<unknown>): string {
  return result.ok ? '' : result.error.message;
}

function valueOf(bytes: Uint8Array): unknown {
  const decoded = decodeValue(bytes);
  return decoded.ok ? decoded.value : decoded.why;
}
