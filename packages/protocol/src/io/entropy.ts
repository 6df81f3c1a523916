import { randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';
import { seededRandom } from '../random.ts';

/** A generator for a core, seeded by the system. */
export function systemRandom(): Random {
  const seed = randomBytes(16);
  return seededRandom(seed.readUInt32LE(0), seed.readUInt32LE(4), seed.readUInt32LE(8), seed.readUInt32LE(12));
}

/** A process's own id for its whole life: 16 random bytes. */
export function newInstanceId(): Uint8Array {
  return Uint8Array.from(randomBytes(16));
}
