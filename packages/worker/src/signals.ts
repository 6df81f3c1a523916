/** What a signal does to a worker. */
export interface Stoppable {
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes SIGTERM and SIGINT drain the worker. The second signal ends it at once, and the process too, the way that the
 * signal would have. Returns a function that removes the handlers.
 */
export function handleSignals(worker: Stoppable, source: SignalSource = process): () => void {
  let count = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    count += 1;
    if (count === 1) void worker.drain();
    else void worker.close().then(() => source.kill(source.pid, signal));
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) source.off(signal, onSignal);
  };
}

/** The part of `process` that this takes. */
export interface SignalSource {
  readonly pid: number;
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
