import { expect, test } from 'vitest';
import { LIMITS, LIMIT_TABLE, transportTimeoutMs } from './limits.ts';
import type { LimitRow } from './limits.ts';

const rows: [string, LimitRow][] = Object.entries(LIMIT_TABLE);

test.each(rows)('%s has a number, a unit and a reason', (name, [value, unit, why]) => {
  expect(Number.isFinite(value) && value > 0).toBe(true);
  expect([unit.length > 0, why.length > 10]).toEqual([true, true]);
  expect((LIMITS as Readonly<Record<string, number>>)[name]).toBe(value);
});

test('limits fit the numbers that carry them', () => {
  expect(LIMITS.routesMax).toBeLessThanOrEqual(0x10000);
  expect(LIMITS.methodsMax).toBeLessThanOrEqual(0x10000);
  expect(LIMITS.keyBytesMax).toBeLessThanOrEqual(0xffff);
  expect(LIMITS.metadataBytesMax).toBeLessThanOrEqual(0xffff);
  expect(LIMITS.callTimeoutMaxMs).toBeLessThanOrEqual(0xffffffff);
});

test('limits fit each other', () => {
  // A body and the records around it must pass the size at which a frame is refused unread.
  expect(LIMITS.messageSlackBytes).toBeGreaterThan(LIMITS.keyBytesMax + LIMITS.metadataBytesMax + 1_024);
  expect(LIMITS.envelopeBytes).toBeLessThanOrEqual(LIMITS.bodyBytesMax + LIMITS.messageSlackBytes);
  expect(LIMITS.suspectHeartbeats).toBeLessThan(LIMITS.lostHeartbeats);
  expect(LIMITS.reconnectMs).toBeLessThan(LIMITS.reconnectMaxMs);
});

test.each([
  [1, 3_000],
  [1_048_576, 3_000],
  [1_048_577, 4_000],
  [4 * 1_048_576, 6_000],
])('a body of %d bytes has %d ms to pass without a ping', (bodyBytesMax, timeoutMs) => {
  expect(transportTimeoutMs(bodyBytesMax)).toBe(timeoutMs);
});
