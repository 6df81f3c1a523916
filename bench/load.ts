/** One client of a contender. */
export interface Connection {
  /** Adds two numbers. Every contender offers this. */
  readonly add: (a: number, b: number) => Promise<number>;
  /** Returns a body as it is. */
  readonly echo?: (body: Uint8Array) => Promise<Uint8Array>;
  readonly close: () => void | Promise<void>;
}

/** What to keep under way. */
export interface Load {
  /** Bytes of the body of an echo, or nothing for the sum of two numbers. */
  readonly bodyBytes?: number;
  /** Calls under way at each connection. */
  readonly inFlight: number;
  readonly seconds: number;
}

/** What one measurement gave. */
export interface Measurement {
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Keeps `inFlight` calls under way at each connection for `seconds` and measures each of them. Every reply is checked:
 * a wrong one ends the run. A closed loop, so a slow contender gets less load, not a longer queue.
 */
export async function measure(connections: readonly Connection[], load: Load): Promise<Measurement> {
  const latencies = new Latencies();
  const startedAt = performance.now();
  const calls = await keepCalling(connections, load, latencies);
  return {
    calls,
    callsPerSecond: calls / ((performance.now() - startedAt) / 1_000),
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
  };
}

async function keepCalling(connections: readonly Connection[], load: Load, latencies: Latencies): Promise<number> {
  const { inFlight, bodyBytes, seconds } = load;
  const lanes = connections.length * inFlight;
  const endsAt = performance.now() + seconds * 1_000;
  let calls = 0;
  const lane = async (number: number): Promise<void> => {
    const call = bodyBytes === undefined ? sumOn(connections[number % connections.length]!) : undefined;
    const echo = call ?? echoOn(connections[number % connections.length]!, bodyBytes ?? 0, number);
    for (let i = number; calls < CALLS_MAX; i = (i + lanes) % OPERANDS) {
      const startedAt = performance.now();
      if (startedAt >= endsAt) return;
      await echo(i);
      calls += 1;
      latencies.add(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  return calls;
}

function sumOn({ add }: Connection): (i: number) => Promise<void> {
  return async (i) => {
    const sum = await add(i, 7);
    if (sum !== i + 7) throw new Error(`${i} + 7 came back as ${sum}`);
  };
}

/** Bodies differ from call to call, in their first and last bytes. All of what comes back is compared. */
function echoOn({ echo }: Connection, bytes: number, seed: number): (i: number) => Promise<void> {
  if (echo === undefined) throw new Error('this contender echoes no bodies');
  const base = Buffer.alloc(bytes, `reeve ${seed} `);
  return async (i) => {
    // A sent buffer belongs to the socket until it has left: each call has its own.
    const body = Buffer.from(base);
    body.writeUInt32LE(i, 0);
    body.writeUInt32LE(i, bytes - 4);
    const back = await echo(body);
    if (!body.equals(back)) throw new Error(`a body of ${bytes} bytes came back changed`);
  };
}

/** Latencies of all calls, in a list that grows by doubling. */
class Latencies {
  #values = new Float64Array(65_536);
  #size = 0;

  add(ms: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size] = ms;
    this.#size += 1;
  }

  percentile(share: number): number {
    const sorted = this.#values.subarray(0, this.#size).toSorted();
    return sorted[Math.min(this.#size - 1, Math.floor(this.#size * share))] ?? Number.NaN;
  }
}

/** A bound on one measurement, far above what a machine does in its time. */
const CALLS_MAX = 50_000_000;
/** Operands stay below this, so that their encoded size varies as it does in real life. */
const OPERANDS = 100_000;
