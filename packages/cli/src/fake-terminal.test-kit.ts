import type { StopFrom, Terminal } from './terminal.ts';

/** A terminal that keeps what is written to it. */
export class FakeTerminal implements Terminal {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
  readonly #input: string;
  readonly #stops = new Set<(from: StopFrom) => void>();
  readonly #crashes = new Set<(thrown: unknown) => void>();

  constructor({ cwd = process.cwd(), env = {}, input = '', isTerminal = false, hasColour = false }: FakeOptions = {}) {
    this.cwd = cwd;
    this.env = env;
    this.#input = input;
    this.stdout = new FakeStream(isTerminal, hasColour);
    this.stderr = new FakeStream(isTerminal, hasColour);
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.#input);
  }

  onStop(listener: (from: StopFrom) => void): () => void {
    this.#stops.add(listener);
    return () => this.#stops.delete(listener);
  }

  onCrash(listener: (thrown: unknown) => void): void {
    this.#crashes.add(listener);
  }

  /** Presses Ctrl-C. Returns how many listened. */
  stop(from: StopFrom = 'signal'): number {
    for (const listener of this.#stops) listener(from);
    return this.#stops.size;
  }

  crash(thrown: unknown): void {
    for (const listener of this.#crashes) listener(thrown);
  }
}

export interface FakeOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly isTerminal?: boolean;
  readonly hasColour?: boolean;
}

class FakeStream {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  text = '';

  constructor(isTerminal: boolean, hasColour: boolean) {
    this.isTerminal = isTerminal;
    this.hasColour = hasColour;
  }

  write(text: string): void {
    this.text += text;
  }
}
