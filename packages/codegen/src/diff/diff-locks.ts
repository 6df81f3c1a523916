import type { Lock, LockedService } from '../lock/lock.ts';
import { own } from '../lock/own.ts';
import type { Change } from './change.ts';
import { diffDoc, diffMethod } from './diff-method.ts';
import { Report } from './report.ts';

/** Names every change between two versions of some contracts, in the order of services, methods and fields. */
export function diffLocks(old: Lock, fresh: Lock): readonly Change[] {
  const report = new Report();
  for (const name of namesOf(old.services, fresh.services)) {
    const [was, is] = [own(old.services, name), own(fresh.services, name)];
    if (was === undefined) report.add('service-added', name, { new: is?.version });
    else if (is === undefined) report.add('service-removed', name, { old: was.version });
    else diffService(was, is, report, name);
  }
  return report.changes;
}

function diffService(old: LockedService, fresh: LockedService, report: Report, path: string): void {
  if (old.version !== fresh.version) report.add('version-changed', path, { old: old.version, new: fresh.version });
  diffDoc(old, fresh, report, path);
  const types = {
    old: (name: string) => own(old.types, name),
    new: (name: string) => own(fresh.types, name),
  };
  for (const name of namesOf(old.methods, fresh.methods)) {
    const [was, is] = [own(old.methods, name), own(fresh.methods, name)];
    const at = `${path}.${name}`;
    if (was === undefined) report.add('method-added', at);
    else if (is === undefined) report.add('method-removed', at);
    else diffMethod(was, is, { types, report, path: at });
  }
}

function namesOf(old: object, fresh: object): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].toSorted((a, b) => (a < b ? -1 : 1));
}
