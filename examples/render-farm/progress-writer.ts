import { type FarmState, liveLines, plainLine } from './progress.ts';

/** The part of a stream the writer needs; `process.stderr` is one. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows a run on a stream: on a terminal a block redrawn in place, elsewhere a line a second.
 * Sentences stay: on a terminal they scroll up above the block.
 */
export class ProgressWriter {
  readonly #output: Output;
  #block: readonly string[] = [];
  #plainAtMs = -Infinity;

  constructor(output: Output) {
    this.#output = output;
  }

  /** May be called as often as the caller likes. */
  show(state: FarmState): void {
    if (this.#output.isTTY === true) {
      this.#redraw('', liveLines(state, (this.#output.columns || columnsDefault) - 1));
    } else if (state.elapsedMs - this.#plainAtMs >= plainIntervalMs) {
      this.#plainAtMs = state.elapsedMs;
      this.#output.write(`${plainLine(state)}\n`);
    }
  }

  /** Writes a sentence that stays. */
  say(sentence: string): void {
    this.#redraw(`${sentence}\n`, this.#block);
  }

  /** Leaves the last block where it is and puts what comes next below it. */
  finish(): void {
    this.#block = [];
  }

  /** One write for the whole change, so that a terminal never shows half of it. */
  #redraw(above: string, block: readonly string[]): void {
    const up = this.#block.length === 0 ? '' : `\x1b[${this.#block.length}A\r\x1b[J`;
    this.#block = block;
    this.#output.write(up + above + block.map((line) => `${line}\n`).join(''));
  }
}

/** Where the terminal does not tell, or says 0. One column is left free: a line that fills the last one may wrap. */
const columnsDefault = 80;

const plainIntervalMs = 1000;
