import { forkTypeScript } from './typescript-process.ts';

/** What the reference process found for one pair. */
export interface RenderedPair {
  /** `pairKey` of the pair. */
  readonly key: string;
  readonly hash: string;
  readonly htmlBytes: number;
  /** How long the rendering alone took. */
  readonly ms: number;
}

export type ReferenceMessage =
  | { readonly kind: 'started'; readonly total: number }
  | { readonly kind: 'rendered'; readonly pair: RenderedPair }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly why: string };

export interface ReferenceOptions {
  readonly nodeModules: string;
  /** The most pairs to render; all of them by default. */
  readonly pairCountMax?: number;
  /** Ends the process. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Renders every pair in one separate process and resolves with the results in the order of the pairs.
 * Rejects when the process fails or ends before its time; it never outlives this one.
 */
export async function runReference(options: ReferenceOptions): Promise<RenderedPair[]> {
  options.signal?.throwIfAborted();
  const child = forkTypeScript(new URL('reference.ts', import.meta.url), [
    options.nodeModules,
    String(options.pairCountMax ?? Infinity),
  ]);
  const stop = (): void => void child.kill('SIGKILL');
  options.signal?.addEventListener('abort', stop);

  const rendered: RenderedPair[] = [];
  let total = 0;
  let finished = false;
  let why = 'it ended early';
  child.on('message', (message: ReferenceMessage) => {
    if (message.kind === 'failed') why = message.why;
    if (message.kind === 'finished') finished = true;
    if (message.kind === 'started') total = message.total;
    if (message.kind === 'rendered') rendered.push(message.pair);
    options.onProgress?.(rendered.length, total);
  });
  await new Promise<void>((resolve) => {
    child.once('error', (error) => {
      why = error.message;
      resolve();
    });
    // Unlike 'exit', this comes after the last message.
    child.once('close', () => resolve());
  });
  options.signal?.removeEventListener('abort', stop);
  options.signal?.throwIfAborted();
  if (!finished) throw new Error(`The single-process rendering failed: ${why}.`);
  return rendered;
}
