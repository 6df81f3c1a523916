import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from './dialect.ts';
import { DIALECTS } from './dialect.ts';
import { RawClient, RawPeer, RawWorker } from './raw-peer.ts';
import type { Timings } from './rule.ts';

/** What one check works with: peers of its dialect, and a service name that no other check uses. */
export class Trial {
  readonly endpoint: string;
  readonly dialect: Dialect;
  readonly timings: Timings;
  readonly service: string;
  /** A service whose requests the broker gives to another worker when one dies, if the user named one. */
  readonly retrySafe: string | undefined;
  readonly #peers: RawPeer[] = [];

  constructor(options: TrialOptions) {
    this.endpoint = options.endpoint;
    this.dialect = options.dialect;
    this.timings = options.timings;
    this.retrySafe = options.retrySafe;
    this.service = options.service;
  }

  get otherDialects(): readonly Dialect[] {
    return DIALECTS.filter(({ name }) => name !== this.dialect.name);
  }

  client(dialect: Dialect = this.dialect, identity?: string): RawClient {
    return this.#kept(new RawClient(this.endpoint, dialect, this.timings, identity));
  }

  /** A worker that has sent nothing. */
  newcomer(dialect: Dialect = this.dialect): RawWorker {
    return this.#kept(new RawWorker(this.endpoint, dialect, this.timings));
  }

  /** A worker that has sent READY, and by default sends heartbeats. A READY has no answer, so this waits a little. */
  async worker({
    service = this.service,
    dialect = this.dialect,
    beats = true,
  }: WorkerOptions = {}): Promise<RawWorker> {
    const worker = this.newcomer(dialect);
    await worker.ready(service);
    if (beats) worker.beat();
    await sleep(SETTLE_MS);
    return worker;
  }

  /** A peer that speaks no dialect. */
  peer(): RawPeer {
    return this.#kept(new RawPeer(this.endpoint));
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.close()));
  }

  #kept<P extends RawPeer>(peer: P): P {
    this.#peers.push(peer);
    return peer;
  }
}

export interface TrialOptions {
  readonly endpoint: string;
  readonly dialect: Dialect;
  readonly timings: Timings;
  readonly service: string;
  readonly retrySafe?: string | undefined;
}

interface WorkerOptions {
  readonly service?: string;
  readonly dialect?: Dialect;
  readonly beats?: boolean;
}

/** A connection and a READY take far less; and most brokers hold a request that comes before them. */
const SETTLE_MS = 100;
