/** One call of the load: adds two numbers. Every contender offers this. */
export type Add = (a: number, b: number) => Promise<number>;

/** What one measurement gave. */
export interface Measurement {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** User and system time of the load process for each call, in microseconds. */
  readonly clientCpuUs: number;
}

/**
 * Keeps `inFlight` calls under way for `seconds` and measures each of them. Every sum is checked: a wrong one ends
 * the run. A closed loop, so a slow contender gets less load, not a longer queue.
 */
export async function measure(add: Add, inFlight: number, seconds: number): Promise<Measurement> {
  await keepCalling(add, inFlight, WARM_UP_SECONDS, undefined);
  const latencies = new Latencies();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const calls = await keepCalling(add, inFlight, seconds, latencies);
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    callsPerSecond: calls / tookSeconds,
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
    clientCpuUs: (user + system) / calls,
  };
}

async function keepCalling(
  add: Add,
  inFlight: number,
  seconds: number,
  latencies: Latencies | undefined,
): Promise<number> {
  const endsAt = performance.now() + seconds * 1_000;
  let calls = 0;
  const one = async (seed: number): Promise<void> => {
    for (let i = seed; calls < CALLS_MAX; i = (i + inFlight) % OPERANDS) {
      const startedAt = performance.now();
      if (startedAt >= endsAt) return;
      const sum = await add(i, 7);
      if (sum !== i + 7) throw new Error(`${i} + 7 came back as ${sum}`);
      calls += 1;
      latencies?.add(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, i) => one(i)));
  return calls;
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

/** Long enough for the engine to compile what is hot. */
const WARM_UP_SECONDS = 1;
/** A bound on one measurement, far above what a machine does in its time. */
const CALLS_MAX = 50_000_000;
/** Operands stay below this, so that their encoded size varies as it does in real life. */
const OPERANDS = 100_000;
