import { fileURLToPath } from 'node:url';
import type { DemoOptions } from './demo-options.ts';
import { type Collection, collectDocuments } from './documents.ts';
import { Farm } from './farm.ts';
import { emptyPageFolder } from './pages.ts';
import {
  distinctPairs,
  documentCountFor,
  type Job,
  type Pair,
  pairsThatFit,
  planJobs,
  singleProcessMs,
  singleProcessTargetMs,
} from './plan.ts';
import { documentsText, type FarmState, grouped, Rate } from './progress.ts';
import { type Output, ProgressWriter } from './progress-writer.ts';
import { type RenderedPair, runReference } from './reference-run.ts';
import type { Summary, SummaryDetail } from './summary.ts';
import { Tally } from './tally.ts';

/** One run of the demo: the single process first, then the farm, and what both came to. */
export class DemoRun {
  #phase: FarmState['phase'] = 'reference';
  #reference = { done: 0, total: 0 };
  #rate = new Rate();
  #tally = new Tally([], new Map());
  #farm: Farm | undefined;

  /** Shows its progress on `output`. Rejects when it cannot come to its end; no process is left then either. */
  async run(options: DemoOptions, output: Output, signal: AbortSignal): Promise<SummaryDetail> {
    const writer = new ProgressWriter(output);
    const show = (): void => writer.show(this.#state());
    const timer = setInterval(show, redrawMs);
    try {
      return await this.#run(options, (sentence) => writer.say(sentence), signal);
    } finally {
      clearInterval(timer);
      show();
      writer.finish();
    }
  }

  get summary(): Summary {
    const { documents, rendered, lost, mismatched, retried } = this.#tally;
    const { workersKilled, brokerRestarts } = this.#farm ?? { workersKilled: 0, brokerRestarts: 0 };
    const seconds = performance.now() / 1000;
    return { documents, rendered, lost, mismatched, retried, workersKilled, brokerRestarts, seconds };
  }

  async #run(options: DemoOptions, say: (sentence: string) => void, signal: AbortSignal): Promise<SummaryDetail> {
    const { folder } = options;
    await emptyPageFolder(folder);
    const collection = await collectDocuments(nodeModules);
    const pairs = distinctPairs(collection.documents).slice(0, options.documents);
    say(`${grouped(collection.documents.length)} Markdown files, in three themes. First one process, for the hashes.`);
    this.#reference = { done: 0, total: pairs.length };
    const rendered = await this.#runReference(pairs.length, signal);

    const measured = { pairMs: rendered.map(({ ms }) => ms), pairsPerTheme: collection.documents.length };
    const count = options.documents ?? documentCountFor(singleProcessTargetMs, measured);
    const fitting = pairsThatFit(pairs, new Map(rendered.map(({ key, htmlBytes }) => [key, htmlBytes])));
    const jobs = planJobs(fitting, count);
    const startedAtMs = performance.now();
    const index = await this.#runFarm({ jobs, rendered, folder, say, signal });
    return {
      skipped: skippedFiles(collection, pairs, fitting),
      farmSeconds: (performance.now() - startedAtMs) / 1000,
      singleProcessSeconds: singleProcessMs(jobs.length, measured) / 1000,
      index,
    };
  }

  #runReference(pairCountMax: number, signal: AbortSignal): Promise<RenderedPair[]> {
    return runReference({
      nodeModules,
      pairCountMax,
      signal,
      onProgress: (done, total) => {
        this.#reference = { done, total };
      },
    });
  }

  async #runFarm(args: FarmArgs): Promise<string> {
    const { jobs, rendered, folder, say, signal } = args;
    say(`Now the farm, ${documentsText(jobs.length)}: a broker, three workers and a client, each a process.`);
    this.#tally = new Tally(jobs, new Map(rendered.map(({ key, hash }) => [key, hash])));
    this.#farm = new Farm({ jobs, tally: this.#tally, nodeModules, folder, say });
    this.#rate = new Rate();
    this.#phase = 'farm';
    const index = await this.#farm.run(signal);
    this.#phase = 'done';
    return index;
  }

  #state(): FarmState {
    const { documents, rendered, retried } = this.#tally;
    const { done, total } = this.#phase === 'reference' ? this.#reference : { done: rendered, total: documents };
    const elapsedMs = performance.now();
    this.#rate.add(elapsedMs, done);
    return {
      phase: this.#phase,
      elapsedMs,
      done,
      total,
      documentsPerSecond: this.#rate.perSecond(),
      retried,
      workers: this.#farm?.workers ?? [],
      broker: this.#farm?.broker ?? { name: 'broker', pid: undefined, life: 'starting', restarts: 0 },
    };
  }
}

interface FarmArgs {
  readonly jobs: readonly Job[];
  readonly rendered: readonly RenderedPair[];
  readonly folder: string;
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
}

function skippedFiles({ tooLarge }: Collection, pairs: readonly Pair[], fitting: readonly Pair[]): number {
  const kept = new Set(fitting);
  return tooLarge.length + new Set(pairs.filter((pair) => !kept.has(pair)).map(({ path }) => path)).size;
}

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Ten times a second: smooth enough, and no work to speak of. */
const redrawMs = 100;
