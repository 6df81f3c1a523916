import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiled } from '../../test/support/compiled.ts';

let folder = '';
let demo: Demo | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'render-farm-'));
});

afterEach(async () => {
  await demo?.end();
  demo = undefined;
  await rm(folder, { recursive: true });
});

describe('the demo', { timeout: 120_000 }, () => {
  it('renders documents, loses none and leaves nothing running', async () => {
    const documents = 40;
    demo = new Demo(['--json', '--documents', String(documents), '--out', folder]);

    expect(await demo.exitCode).toBe(0);
    expect(await demo.leavesNothing()).toBe(true);
    const { seconds, retried, ...rest } = demo.json();
    const wanted = { documents, rendered: documents, lost: 0, mismatched: 0, workersKilled: 1, brokerRestarts: 1 };
    expect(rest).toEqual(wanted);
    expect(retried).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(0);
    expect(demo.stderr).toMatch(/Killed worker \d \(pid \d+\) with SIGKILL while it held \d documents?\./);
    expect(demo.stderr).toMatch(/documents? that worker \d had held w.*, \d+\.\d\d s after the kill\./);
    expect(demo.stderr).toMatch(/The first document through the new broker arrived \d+\.\d\d s after the kill\./);
    const index = await readFile(join(folder, 'index.html'), 'utf8');
    expect(index.match(/href="/g)).toHaveLength(documents);
    expect(await readdir(join(folder, 'github-light'))).toHaveLength(documents);
  });

  it('leaves nothing running after Ctrl-C', async () => {
    demo = new Demo(['--json', '--documents', '40', '--out', folder]);
    await demo.says(/Killed worker/);

    // A terminal sends Ctrl-C to every process of the group.
    demo.kill('SIGINT', 'group');

    expect(await demo.exitCode).toBe(130);
    expect(await demo.leavesNothing()).toBe(true);
    expect(demo.json()).toMatchObject({ documents: 40, lost: 0, error: expect.stringContaining('SIGINT') as string });
  });

  it('leaves nothing running when it is killed itself', async () => {
    demo = new Demo(['--documents', '40', '--out', folder]);
    await demo.says(ALL_STARTED);

    demo.kill('SIGKILL', 'leader');

    await demo.exitCode;
    expect(await demo.leavesNothing()).toBe(true);
  });

  it('leaves nothing running when the package manager that started it is killed', async () => {
    demo = new Demo(['--documents', '40', '--out', folder], 'from a shell');
    await demo.says(ALL_STARTED);

    demo.kill('SIGKILL', 'leader');

    await demo.exitCode;
    expect(await demo.leavesNothing()).toBe(true);
  });

  it('says in one line that it cannot write its pages', async () => {
    await writeFile(join(folder, 'taken'), '');
    demo = new Demo(['--json', '--out', join(folder, 'taken')]);

    expect(await demo.exitCode).toBe(1);
    expect(demo.json()).toMatchObject({ documents: 0, error: expect.stringContaining('--out') as string });
    expect(demo.stderr.trimEnd().split('\n').at(-1)).toMatch(/^demo: The pages cannot be written to .*taken/);
  });

  it('says in one line what is wrong with an option', async () => {
    demo = new Demo(['--json', '--documents', 'many']);

    expect(await demo.exitCode).toBe(2);
    expect(demo.stderr).toBe('demo: --documents is "many", but must be a whole number from 1 to 30000.\n');
    expect(demo.json()).toMatchObject({ documents: 0, error: demo.stderr.slice('demo: '.length, -1) });
  });
});

/** The demo as a process in a group of its own, as in a terminal: compiled, but from a shell as people run it. */
class Demo {
  stdout = '';
  stderr = '';
  readonly exitCode: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], how: 'directly' | 'from a shell' = 'directly') {
    const program = how === 'directly' ? [compiled('examples/render-farm/demo.js')] : SOURCE;
    const command = [process.execPath, ...program, ...args];
    // The shell has something to do afterwards, so that it stays and waits.
    const [first = '', ...rest] = how === 'directly' ? command : ['sh', '-c', '"$@"; exit', 'sh', ...command];
    this.#child = spawn(first, rest, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_lifecycle_event: 'demo' },
    });
    this.#child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    this.#child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.exitCode = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** What it printed for machines: exactly one line. */
  json(): Record<string, unknown> {
    const [line = '', ...more] = this.stdout.split('\n');
    if (more.join('') !== '') throw new Error(`More than one line:\n${this.stdout}`);
    return JSON.parse(line) as Record<string, unknown>;
  }

  async says(words: RegExp): Promise<void> {
    while (!words.test(this.stderr)) {
      if (this.#child.exitCode !== null) throw new Error(`The demo ended first:\n${this.stderr}`);
      await sleep(20);
    }
  }

  kill(signal: NodeJS.Signals, whom: 'leader' | 'group'): void {
    const pid = this.#child.pid ?? 0;
    process.kill(whom === 'group' ? -pid : pid, signal);
  }

  /** Whether no process of its group is left. One that was working may need a moment to notice. */
  async leavesNothing(): Promise<boolean> {
    const deadline = performance.now() + noticeMs;
    while (this.#isAlive() && performance.now() < deadline) await sleep(20);
    return !this.#isAlive();
  }

  async end(): Promise<void> {
    if (this.#isAlive()) this.kill('SIGKILL', 'group');
    await this.exitCode;
  }

  #isAlive(): boolean {
    try {
      return process.kill(-(this.#child.pid ?? 0), 0);
    } catch {
      return false;
    }
  }
}

/** What `corepack pnpm demo` runs. */
const SOURCE = [
  '--import',
  pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
  fileURLToPath(new URL('demo.ts', import.meta.url)),
];
/** Broker and workers run as processes of their own: each line of progress names them. */
const ALL_STARTED = /farm: \d+ of 40 documents.*worker 3/;
/** Much longer than it takes, for a machine that is busy with other tests. */
const noticeMs = 10_000;
