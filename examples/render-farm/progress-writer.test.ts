import { describe, expect, it } from 'vitest';
import type { FarmState } from './progress.ts';
import { type Output, ProgressWriter } from './progress-writer.ts';

describe('ProgressWriter without a terminal', () => {
  it('writes one line a second and every sentence, and no control characters', () => {
    const output = new Recorder(false);
    const writer = new ProgressWriter(output);

    for (let elapsedMs = 0; elapsedMs < 2500; elapsedMs += 100) writer.show(at(elapsedMs));
    writer.say('Something was killed.');

    expect(output.text.split('\n').map((line) => line.slice(0, 21))).toEqual([
      '[0 s] single process:',
      '[1 s] single process:',
      '[2 s] single process:',
      'Something was killed.',
      '',
    ]);
    expect(output.text).not.toContain('\x1b');
  });
});

describe('ProgressWriter on a terminal', () => {
  it('redraws its block in place', () => {
    const output = new Recorder(true);
    const writer = new ProgressWriter(output);

    writer.show(at(0));
    expect(output.take()).not.toContain('\x1b');

    writer.show(at(100));
    const text = output.take();
    expect(text.startsWith(`${eraseOneLine}single process `)).toBe(true);
    expect(text.split('\n')).toHaveLength(2);
  });

  it('puts a sentence above the block in the same write', () => {
    const output = new Recorder(true);
    const writer = new ProgressWriter(output);
    writer.show(at(0));
    output.take();

    writer.say('Something was killed.');

    expect(output.writes).toBe(1);
    expect(output.take().startsWith(`${eraseOneLine}Something was killed.\nsingle process `)).toBe(true);
  });

  it('leaves the last block where it is', () => {
    const output = new Recorder(true);
    const writer = new ProgressWriter(output);
    writer.show(at(0));
    output.take();

    writer.finish();
    writer.say('Done.');

    expect(output.take()).toBe('Done.\n');
  });

  it('assumes 80 columns where the terminal says 0', () => {
    const output = new Recorder(true, 0);

    new ProgressWriter(output).show({ ...at(0), documentsPerSecond: 1e9, elapsedMs: 1e12 });

    expect(output.take()).toContain(' 1000000000 s');
  });

  it('leaves the last column free', () => {
    const output = new Recorder(true, 20);

    new ProgressWriter(output).show(at(0));

    expect(output.take()).toHaveLength(19 + 1);
  });
});

/** Up to the block's first line and clear everything below. */
const eraseOneLine = '\x1b[1A\r\x1b[J';

class Recorder implements Output {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';
  writes = 0;

  constructor(isTTY: boolean, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
    this.writes += 1;
  }

  take(): string {
    const { text } = this;
    this.text = '';
    this.writes = 0;
    return text;
  }
}

function at(elapsedMs: number): FarmState {
  return {
    phase: 'reference',
    elapsedMs,
    done: 1,
    total: 2,
    documentsPerSecond: 1,
    retried: 0,
    workers: [],
    broker: { name: 'broker', pid: undefined, life: 'starting', restarts: 0 },
  };
}
