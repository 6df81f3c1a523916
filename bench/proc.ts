import { readFileSync } from 'node:fs';

/** CPU time, user and system, that a process has used so far, in microseconds; `undefined` where there is no /proc. */
export function cpuUsOf(pid: number): number | undefined {
  try {
    return cpuUsFromStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Reads `/proc/PID/stat`. The name of the program comes second, in brackets, and may hold anything. */
export function cpuUsFromStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[UTIME + 1])) * TICK_US;
}

/** Field 14 of the line; the third is the first after the name. */
const UTIME = 14 - 3;
/** What Linux shows to programs is in hundredths of a second, whatever its kernel counts in. */
const TICK_US = 10_000;

/** Memory that a process holds of the machine's, in bytes; `undefined` where there is no /proc. */
export function residentBytesOf(pid: number): number | undefined {
  try {
    return residentBytesFromStatus(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Reads `/proc/PID/status`. */
export function residentBytesFromStatus(status: string): number | undefined {
  const found = /^VmRSS:\s*(\d+) kB$/m.exec(status);
  return found === null ? undefined : Number(found[1]) * 1_024;
}
