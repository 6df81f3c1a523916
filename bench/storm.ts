import type { Connection } from './load.ts';

/** What a storm of connections took, from its begin, in milliseconds. */
export interface Storm {
  /** Until half of them, and all of them, had an answer to their first call. */
  readonly halfMs: number;
  readonly allMs: number;
}

/** Opens connections all at once, makes a call on each as soon as it is up, and closes them. */
export async function storm(count: number, connect: () => Connection | Promise<Connection>): Promise<Storm> {
  const startedAt = performance.now();
  const opened: Connection[] = [];
  const one = async (i: number): Promise<number> => {
    const connection = await connect();
    opened.push(connection);
    const sum = await connection.add(i, 7);
    if (sum !== i + 7) throw new Error(`${i} + 7 came back as ${sum}`);
    return performance.now() - startedAt;
  };
  try {
    const times = await Promise.all(Array.from({ length: count }, (_, i) => one(i)));
    const sorted = times.toSorted((a, b) => a - b);
    return { halfMs: sorted[count >> 1]!, allMs: sorted.at(-1)! };
  } finally {
    await Promise.all(opened.map(async (connection) => connection.close()));
  }
}
