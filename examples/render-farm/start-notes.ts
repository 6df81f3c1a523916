import { tell } from './farm-child.ts';

/**
 * Has the demo write down each start of a handler before the work begins.
 *
 * So it knows for certain what a worker held when it was killed: a worker that is gone can say nothing more, and
 * one that is to be killed never gets to render what it was killed with.
 */
export class StartNotes {
  readonly #waiting: (() => void)[] = [];

  constructor() {
    // The demo answers in the order of the questions.
    process.on('message', () => this.#waiting.shift()?.());
  }

  /** Resolves when the demo has taken note. */
  async note(job: number): Promise<void> {
    const noted = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await tell({ kind: 'started', job });
    await noted;
  }
}
