import { describe, expect, test } from 'vitest';
import type { Connection } from './load.ts';
import { measure } from './load.ts';
import { storm } from './storm.ts';

const soon = (): Promise<void> => new Promise((next) => setImmediate(next));

function connection(more: Partial<Connection> = {}): Connection {
  return {
    add: async (a, b) => {
      await soon();
      return a + b;
    },
    close: () => undefined,
    ...more,
  };
}

describe('the load', () => {
  test('keeps so many calls under way at each connection', async () => {
    const underWay = [0, 0];
    const most = [0, 0];
    const connections = underWay.map((_, i) =>
      connection({
        add: async (a, b) => {
          most[i] = Math.max(most[i]!, ++underWay[i]!);
          await soon();
          underWay[i]!--;
          return a + b;
        },
      }),
    );
    const { calls, callsPerSecond } = await measure(connections, { inFlight: 3, seconds: 0.02 });
    expect(most).toEqual([3, 3]);
    expect(calls).toBeGreaterThanOrEqual(6);
    expect(callsPerSecond).toBeGreaterThan(0);
  });

  test('a wrong sum ends it', async () => {
    const wrong = connection({ add: async (a, b) => a + b + (a === 2 ? 1 : 0) });
    await expect(measure([wrong], { inFlight: 1, seconds: 1 })).rejects.toThrow('2 + 7 came back as 10');
  });

  test('a body that comes back changed in the middle ends it', async () => {
    const spoil = connection({
      echo: async (body) => {
        const back = Uint8Array.from(body);
        back[50]! ^= 1;
        return back;
      },
    });
    const load = { bodyBytes: 100, inFlight: 1, seconds: 1 };
    await expect(measure([spoil], load)).rejects.toThrow('a body of 100 bytes came back changed');
  });

  test('bodies differ from call to call, and who echoes none is refused', async () => {
    const seen: string[] = [];
    const echo = async (body: Uint8Array): Promise<Uint8Array> => {
      seen.push(Buffer.from(body).toString('hex'));
      await soon();
      return body;
    };
    await measure([connection({ echo })], { bodyBytes: 32, inFlight: 4, seconds: 0.02 });
    expect(new Set(seen).size).toBe(seen.length);
    const none = measure([connection()], { bodyBytes: 32, inFlight: 1, seconds: 1 });
    await expect(none).rejects.toThrow('this contender echoes no bodies');
  });
});

describe('a storm', () => {
  test('opens all at once, calls on each, and closes all', async () => {
    let opened = 0;
    let closed = 0;
    const connect = (): Connection => {
      opened += 1;
      return connection({ close: () => void (closed += 1) });
    };
    const { halfMs, allMs } = await storm(10, connect);
    expect({ opened, closed }).toEqual({ opened: 10, closed: 10 });
    expect(allMs).toBeGreaterThanOrEqual(halfMs);
  });

  test('that one client does not survive fails, and closes the others', async () => {
    let closed = 0;
    const close = (): void => void (closed += 1);
    let made = 0;
    const connect = (): Connection => connection({ close, ...(++made === 3 ? { add: async () => -1 } : {}) });
    await expect(storm(5, connect)).rejects.toThrow('came back as -1');
    expect(closed).toBe(5);
  });
});
