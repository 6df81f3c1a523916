import { LIMITS } from '@reeve/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeptResult } from './result-store.ts';
import { MemoryResultStore } from './result-store.ts';

const ENTRY_BYTES = 256;

function reply(bytes: number, hash: string = 'h'): KeptResult {
  return { hash, result: { kind: 'reply', fingerprint: 0, body: new Uint8Array(bytes) } };
}

test('the first result of a key stays', () => {
  const store = new MemoryResultStore(LIMITS);
  store.put(0, 'k', reply(1, 'first'));
  store.put(1, 'k', reply(2, 'second'));
  expect([store.get(2, 'k')?.hash, store.size, store.bytes]).toEqual(['first', 1, 1 + 1 + ENTRY_BYTES]);
});

test('a result that is too old is none, and makes room for another one', () => {
  const store = new MemoryResultStore({ ...LIMITS, keyWindowMs: 100 });
  store.put(0, 'k', reply(1, 'first'));
  expect(store.get(99, 'k')?.hash).toBe('first');
  store.put(100, 'k', reply(1, 'second'));
  expect(store.get(199, 'k')?.hash).toBe('second');
  expect(store.get(200, 'k')).toBe(undefined);
  expect([store.size, store.bytes]).toEqual([0, 0]);
});

test('failures weigh what their details do', () => {
  const store = new MemoryResultStore(LIMITS);
  const failure = { kind: 'failure', code: 9, reason: 1, executed: 'yes', retryAfterMs: 0 } as const;
  store.put(0, 'kk', { hash: 'h', result: { ...failure, detail: new Uint8Array(10) } });
  expect(store.bytes).toBe(2 + 10 + ENTRY_BYTES);
});

test('one that is larger than all may be is not kept', () => {
  const store = new MemoryResultStore({ ...LIMITS, keyResultBytesMax: 1_000 });
  store.put(0, 'k', reply(1_000));
  expect([store.size, store.bytes]).toEqual([0, 0]);
});

test('it agrees with a list: so many, so many bytes, for so long, oldest first out', () => {
  const limits = { ...LIMITS, keyResultsMax: 5, keyResultBytesMax: 2_500, keyWindowMs: 100 };
  const keys = Array.from({ length: 8 }, (_, i) => String(i));
  const step = fc.record({ key: fc.constantFrom(...keys), bytes: fc.nat(900), ms: fc.nat(30) });
  const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const store = new MemoryResultStore(limits);
    let model: { key: string; bytes: number; until: number; hash: string }[] = [];
    const weight = (): number => model.reduce((sum, { bytes }) => sum + 1 + bytes + ENTRY_BYTES, 0);
    let now = 0;
    for (const { key, bytes, ms } of steps) {
      now += ms;
      model = model.filter((m) => m.until > now);
      store.put(now, key, reply(bytes, String(now)));
      if (!model.some((m) => m.key === key)) model.push({ key, bytes, until: now + 100, hash: String(now) });
      while (model.length > 5 || weight() > 2_500) model.shift();
      expect([store.size, store.bytes]).toEqual([model.length, weight()]);
      for (const k of keys) {
        expect(store.get(now, k)?.hash).toBe(model.find((m) => m.key === k)?.hash);
      }
    }
  });
  fc.assert(property);
});
