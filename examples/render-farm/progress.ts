/** Everything the live display shows. The demo changes it; nothing in it depends on a clock. */
export interface FarmState {
  readonly phase: 'reference' | 'farm' | 'done';
  readonly elapsedMs: number;
  /** Of the single-process rendering while `phase` is 'reference', then of the farm. */
  readonly done: number;
  readonly total: number;
  readonly documentsPerSecond: number;
  /** Documents whose answer came from a later attempt than the first. */
  readonly retried: number;
  readonly workers: readonly WorkerState[];
  readonly broker: ProcessState & { readonly restarts: number };
}

export interface ProcessState {
  readonly name: string;
  readonly pid: number | undefined;
  readonly life: 'starting' | 'up' | 'killed' | 'stopped';
}

export interface WorkerState extends ProcessState {
  readonly rendered: number;
}

/** The block that is redrawn in place on a terminal, one string a line, at most `columns` wide. */
export function liveLines(state: FarmState, columns: number): string[] {
  const lines = [headline(state, columns)];
  if (state.phase !== 'reference') {
    const widest = Math.max(1, ...state.workers.map((worker) => worker.rendered));
    for (const worker of state.workers) lines.push(workerLine(worker, widest));
    lines.push(brokerLine(state));
  }
  return lines.map((line) => line.slice(0, columns));
}

/** The same as one line of a log. */
export function plainLine(state: FarmState): string {
  const seconds = `[${elapsed(state.elapsedMs)}]`;
  const count = `${grouped(state.done)} of ${grouped(state.total)} documents`;
  if (state.phase === 'reference') return `${seconds} single process: ${count}`;
  const workers = state.workers.map(
    ({ name, rendered, life }) => `${name} ${grouped(rendered)}${life === 'up' ? '' : ` (${life})`}`,
  );
  const broker = state.broker.life === 'up' ? [] : [`broker ${state.broker.life}`];
  const rate = `${grouped(state.documentsPerSecond)}/s`;
  const parts = [`${count}, ${rate}`, workers.join(', '), ...broker, `retried ${state.retried}`];
  return `${seconds} farm: ${parts.join('; ')}`;
}

/** A whole number with thousands apart: 12,345. */
export function grouped(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 document", "6,012 documents". */
export function documentsText(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'document' : 'documents'}`;
}

/** Documents per second over the last few seconds, from the counts at known times. */
export class Rate {
  readonly #samples: { readonly atMs: number; readonly done: number }[] = [];

  add(atMs: number, done: number): void {
    this.#samples.push({ atMs, done });
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - rateWindowMs) this.#samples.shift();
  }

  perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0;
    return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
  }
}

function headline(state: FarmState, columns: number): string {
  const what = state.phase === 'reference' ? 'single process' : 'render farm';
  const share = state.total === 0 ? 0 : state.done / state.total;
  const count = `${grouped(state.done)} of ${grouped(state.total)} documents`;
  const rate = `${grouped(state.documentsPerSecond)}/s`;
  const text = `${what.padEnd(nameWidth)} ${count}  ${rate}  ${elapsed(state.elapsedMs)}`;
  const barWidth = Math.min(barCharactersMax, columns - text.length - 2);
  return barWidth < barCharactersMin ? text : `${text}  ${bar(share, barWidth)}`;
}

function workerLine(worker: WorkerState, widest: number): string {
  const count = grouped(worker.rendered).padStart(countWidth);
  return `${processColumns(worker)} ${count}  ${bar(worker.rendered / widest, barCharactersMax, ' ')}`;
}

function brokerLine({ broker, retried }: FarmState): string {
  return `${processColumns(broker)}  restarts ${broker.restarts}, documents retried ${retried}`;
}

function processColumns({ name, pid, life }: ProcessState): string {
  const id = pid === undefined ? '' : `pid ${pid}`;
  return `  ${name.padEnd(nameWidth)} ${id.padEnd(pidWidth)} ${life.padEnd(lifeWidth)}`;
}

function bar(share: number, width: number, empty = '░'): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + empty.repeat(width - full);
}

function elapsed(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}

/** Long enough to be read, short enough to show the dip when something is killed. */
const rateWindowMs = 2000;

const nameWidth = 12;
const pidWidth = 11;
const lifeWidth = 8;
const countWidth = 7;
const barCharactersMax = 30;
const barCharactersMin = 8;
