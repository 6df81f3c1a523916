import { availableParallelism, cpus, loadavg, release, totalmem, uptime } from 'node:os';

/** What a reader needs to judge figures by. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  /** Load average over one minute, when the run ended. */
  readonly load: number;
}

/** What `uptime` says. */
export interface Uptime {
  readonly hoursUp: number;
  /** Load averages over one, five and fifteen minutes. After a run they tell of the run itself. */
  readonly load: readonly number[];
}

export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    load: uptimeNow().load[0]!,
  };
}

export function uptimeNow(): Uptime {
  return { hoursUp: Number((uptime() / 3_600).toFixed(1)), load: loadavg().map((one) => Number(one.toFixed(2))) };
}
