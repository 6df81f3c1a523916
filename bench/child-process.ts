import { getHeapSpaceStatistics } from 'node:v8';

/**
 * The other end of `Child`: this process ends with its parent and says that it is ready. `onQuestion` answers what it
 * is asked; a question that it does not take is about memory.
 */
export function answerParent(onQuestion?: (question: Question) => Promise<unknown> | undefined): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    const answered = onQuestion?.(question) ?? Promise.resolve(memoryOf(question));
    void answered.then((answer) => process.send?.(answer));
  });
  process.send?.('ready');
}

/** Whatever is asked says of which kind it is. */
export interface Question {
  readonly kind: string;
}

/** Memory in use, in bytes, after garbage was collected. */
export interface MemoryAnswer {
  /** Objects of the engine, and buffers outside of it. */
  readonly heapBytes: number;
  /**
   * Of the whole process, without the engine's space for new objects. That holds garbage, a few megabytes of it or
   * many, by how fast it was made last: shared out among connections it would look like what each of them takes.
   */
  readonly residentBytes: number;
}

export const MEMORY_QUESTION: Question = { kind: 'memory' };

function memoryOf({ kind }: Question): MemoryAnswer {
  if (kind !== MEMORY_QUESTION.kind) throw new Error(`there is no answer to a question about "${kind}"`);
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return { heapBytes: heapUsed + external, residentBytes: rss - (young?.physical_space_size ?? 0) };
}
