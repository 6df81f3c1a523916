import type { ClientStatus } from '@reeve/client';

/** Tells when the documents that a killed worker held are finished elsewhere. */
export class WorkerRecovery {
  readonly #worker: string;
  readonly #killedAtMs: number;
  readonly #left: Set<number>;
  readonly #count: number;
  readonly #helpers = new Set<string>();

  constructor(worker: string, killedAtMs: number, held: Iterable<number>) {
    this.#worker = worker;
    this.#killedAtMs = killedAtMs;
    this.#left = new Set(held);
    this.#count = this.#left.size;
  }

  get isOver(): boolean {
    return this.#left.size === 0;
  }

  /** Takes note of an answer. Returns a sentence when it is the last one that was missing. */
  noteAnswer(job: number, worker: string, atMs: number): string | undefined {
    if (!this.#left.delete(job)) return undefined;
    this.#helpers.add(worker);
    if (this.#left.size > 0) return undefined;
    const helpers = [...this.#helpers].sort().join(' and ');
    const [what, were] = this.#count === 1 ? ['document', 'was'] : [`${this.#count} documents`, 'were'];
    const after = seconds(atMs - this.#killedAtMs);
    return `The ${what} that ${this.#worker} had held ${were} finished by ${helpers}, ${after} after the kill.`;
  }
}

/** Tells how the client comes back after the broker was killed. */
export class BrokerRecovery {
  readonly #killedAtMs: number;
  #stage: 'connected' | 'lost' | 'back' | 'over' = 'connected';

  constructor(killedAtMs: number) {
    this.#killedAtMs = killedAtMs;
  }

  /** Takes note of the client's own news. Returns a sentence for what matters. */
  noteStatus(status: ClientStatus, atMs: number): string | undefined {
    if (status.kind === 'disconnected' && this.#stage === 'connected') {
      this.#stage = 'lost';
      return `The client noticed ${this.#after(atMs)}: ${status.why}.`;
    }
    if (status.kind === 'connected' && this.#stage === 'lost') {
      this.#stage = 'back';
      return `The client is connected to the new broker ${this.#after(atMs)}.`;
    }
    return undefined;
  }

  /** Takes note of an answer. Returns a sentence when it is the first one through the new broker. */
  noteAnswer(atMs: number): string | undefined {
    if (this.#stage !== 'back') return undefined;
    this.#stage = 'over';
    return `The first document through the new broker arrived ${this.#after(atMs)}.`;
  }

  #after(atMs: number): string {
    return `${seconds(atMs - this.#killedAtMs)} after the kill`;
  }
}

/** Hundredths: some of it takes only milliseconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
