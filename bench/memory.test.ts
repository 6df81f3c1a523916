import { describe, expect, test } from 'vitest';
import type { Contender } from './contender.ts';
import type { Role } from './contender-plan.ts';
import { connectedClients, heldCalls } from './memory.ts';

/** A contender without processes, whose memory grows by what each call or connection takes. */
function contender(perUnit: number, failed = 0): Contender {
  let units = 0;
  const memory = async (role: Role): Promise<object> =>
    role === 'broker' ? { residentBytes: 1_000_000 + units * perUnit } : { heapBytes: 500, residentBytes: 600 };
  const ask = async ({ calls }: { calls: number }): Promise<object> => {
    units += calls;
    return { failed };
  };
  const measure = async ({ connections }: { connections: number }): Promise<object> => {
    units = connections;
    return {};
  };
  return { memory, ask, measure } as unknown as Contender;
}

describe('memory', () => {
  test('is what each further call takes; a program that is no file of ours tells no heap', async () => {
    expect(await heldCalls(contender(700))).toEqual({
      ...{ clientHeapBytes: 0, clientResidentBytes: 0, workerHeapBytes: 0, workerResidentBytes: 0 },
      brokerResidentBytes: 700,
    });
  });

  test('is what each further connection takes', async () => {
    expect(await connectedClients(contender(30_000))).toMatchObject({ brokerResidentBytes: 30_000 });
  });

  test('of calls that were not held is not told', async () => {
    await expect(heldCalls(contender(700, 3))).rejects.toThrow('3 calls failed that should have waited');
  });
});
