import type { ServiceStatus } from '@reeve/broker';

/** How many workers serve a version. */
export interface VersionStatus {
  readonly version: string;
  readonly workers: number;
}

/** The versions of a service that live workers serve, the newest first. */
export function versionsOf({ versions, workers }: ServiceStatus): VersionStatus[] {
  return versions
    .toSorted((a, b) => -compareVersions(a, b))
    .map((version) => ({ version, workers: workers.filter((worker) => worker.version === version).length }));
}

/** Orders versions by their numbers: 1.10.0 after 1.9.0, and after 1.10.0-rc.1. */
export function compareVersions(a: string, b: string): number {
  return (
    numbersOf(a).localeCompare(numbersOf(b), 'en', { numeric: true }) ||
    Number(isFinal(a)) - Number(isFinal(b)) ||
    a.localeCompare(b, 'en', { numeric: true })
  );
}

function numbersOf(version: string): string {
  return version.split('-', 1)[0] ?? '';
}

function isFinal(version: string): boolean {
  return !version.includes('-');
}
