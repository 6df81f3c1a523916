/** A seeded source of randomness, so that a core with the same seed and the same inputs does the same things. */
export interface Random {
  /** Uniform integer from 0 to 2³² − 1. */
  readonly u32: () => number;
  /** Uniform number from 0 up to, but not including, 1. */
  readonly unit: () => number;
}

/** Makes a generator from four 32-bit seeds. The algorithm is sfc32 of PractRand: small, quick, long period. */
export function seededRandom(a: number, b: number = 0, c: number = 0, d: number = 1): Random {
  let [w, x, y, counter] = [a | 0, b | 0, c | 0, d | 0];
  const u32 = (): number => {
    const result = (w + x + counter) | 0;
    counter = (counter + 1) | 0;
    w = x ^ (x >>> 9);
    x = (y + (y << 3)) | 0;
    y = ((y << 21) | (y >>> 11)) + result;
    y |= 0;
    return result >>> 0;
  };
  // Similar seeds must not give similar first numbers; the author of sfc32 discards this many.
  for (let i = 0; i < 15; i++) u32();
  return { u32, unit: () => u32() / 2 ** 32 };
}

/** Draws a number of 53 bits that is not 0: for tokens and epochs, where 0 means "none". */
export function randomToken(random: Random): number {
  return (random.u32() & 0x1fffff) * 2 ** 32 + random.u32() || 1;
}

/** Draws `count` random bytes. */
export function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.u32() & 0xff);
}
