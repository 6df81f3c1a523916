/** What a command has around it. Tests give it one of their own. */
export interface Terminal {
  /** Where relative paths start. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where results go. */
  readonly stdout: Stream;
  /** Where progress and errors go. */
  readonly stderr: Stream;
  /** Reads the standard input to its end. */
  readInput(): Promise<string>;
  /** Calls back at each request to stop. Returns a function that ends that. */
  onStop(listener: (from: StopFrom) => void): () => void;
  /** Calls back when something was thrown that nobody caught. */
  onCrash(listener: (thrown: unknown) => void): void;
}

/** Ctrl-C or SIGTERM; or that the process which has started this one is gone, or has closed its channel to it. */
export type StopFrom = 'signal' | 'parent';

export interface Stream {
  /** Whether a person reads it directly. */
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  write(text: string): void;
}

/** Whether a stream may be coloured. https://no-color.org: any value but the empty one means no. */
export function wantsColour(isTerminal: boolean, env: Terminal['env']): boolean {
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
