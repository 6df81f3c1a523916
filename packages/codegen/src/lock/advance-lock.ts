import { LIMITS } from '@reeve/protocol';
import { reachableFrom } from '../model/map-shape.ts';
import type { FormerMethod, Lock, LockedMethod, LockedService, MethodHistory } from './lock.ts';
import { own } from './own.ts';

/**
 * Brings a lock up to date and keeps what its methods were.
 *
 * A method whose fingerprint has changed leaves its former version behind, with the types of that time. If it becomes
 * what it once was, that version is the present one again, and the others stay. A method that is gone takes its
 * versions with it: its callers are told that it is unknown. Doing it twice changes nothing.
 */
export function advanceLock(before: Lock | undefined, fresh: Lock): Lock {
  const services = Object.entries(fresh.services).map(([name, service]) => {
    const was = own(before?.services, name);
    return [name, was === undefined ? service : advanceService(was, service)] as const;
  });
  return { ...fresh, services: Object.fromEntries(services) };
}

function advanceService(before: LockedService, fresh: LockedService): LockedService {
  const former = Object.entries(fresh.methods).flatMap(([name, method]) => {
    const history = historyOf(name, method, before, fresh.version);
    return history === undefined ? [] : [[name, history] as const];
  });
  return former.length === 0 ? fresh : { ...fresh, former: Object.fromEntries(former) };
}

function historyOf(
  name: string,
  method: LockedMethod,
  before: LockedService,
  version: string,
): MethodHistory | undefined {
  const history = own(before.former, name);
  const was = own(before.methods, name);
  if (was === undefined) return undefined;
  if (was.fingerprint === method.fingerprint) {
    return history === undefined ? undefined : { ...history, since: sinceOf(history, version) };
  }
  const left = formerOf(was, before, history?.since);
  const others = (history?.versions ?? []).filter((one) => one.fingerprint !== method.fingerprint);
  return { since: version, versions: thinned([left, ...others], version) };
}

/** Who changes a contract may lock it before giving it a new version: the first one that follows counts. */
function sinceOf({ since, versions }: MethodHistory, version: string): string {
  return since === versions[0]?.version ? version : since;
}

function formerOf(method: LockedMethod, { version, types }: LockedService, since: string | undefined): FormerMethod {
  const errors = Object.values(method.errors).flatMap(({ data }) => data ?? []);
  const names = reachableFrom([method.input, method.output, ...errors], (name) => own(types, name));
  const used = names.flatMap((name) => {
    const shape = own(types, name);
    return shape === undefined ? [] : [[name, shape] as const];
  });
  return { ...method, ...(since === undefined ? {} : { since }), version, types: Object.fromEntries(used) };
}

/**
 * Keeps the bound. Of the versions that the service had under one version of its own, the first and the last stay
 * longest: one of them was given to others, and what lies between was tried out. Without any such the oldest goes.
 */
function thinned(versions: readonly FormerMethod[], present: string): readonly FormerMethod[] {
  const kept = [...versions];
  while (kept.length > LIMITS.formerVersionsMax) {
    const tried = kept.findLastIndex(({ version }, index) => {
      const newer = index === 0 ? present : kept[index - 1]?.version;
      return newer === version && kept[index + 1]?.version === version;
    });
    kept.splice(tried < 0 ? kept.length - 1 : tried, 1);
  }
  return kept;
}
