import type { LockedError, LockedMethod } from '../lock/lock.ts';
import { ShapeDiff, type Types } from './diff-shape.ts';
import type { Report } from './report.ts';
import { shapeText } from './shape-text.ts';

/** Compares two versions of a method. */
export function diffMethod(
  old: LockedMethod,
  fresh: LockedMethod,
  { types, report, path }: { readonly types: Types; readonly report: Report; readonly path: string },
): void {
  diffDoc(old, fresh, report, path);
  diffDelivery(old, fresh, report, path);
  new ShapeDiff(types, 'input', report).diff(old.input, fresh.input, `${path}.input`);
  new ShapeDiff(types, 'output', report).diff(old.output, fresh.output, `${path}.output`);
  diffErrors(old, fresh, { types, report, path });
}

/** Compares what is written about two versions of anything. */
export function diffDoc(
  old: { readonly doc?: string },
  fresh: { readonly doc?: string },
  report: Report,
  path: string,
): void {
  if (old.doc !== fresh.doc) report.add('doc-changed', path, { old: old.doc, new: fresh.doc });
}

function diffDelivery(old: LockedMethod, fresh: LockedMethod, report: Report, path: string): void {
  if (old.idempotent !== fresh.idempotent) {
    report.add(fresh.idempotent ? 'idempotent-added' : 'idempotent-removed', path);
  }
  const [was, is] = [old.key.join(', '), fresh.key.join(', ')];
  if (was !== is) {
    const rule = was === '' ? 'key-added' : is === '' ? 'key-removed' : 'key-changed';
    report.add(rule, path, { old: was === '' ? undefined : was, new: is === '' ? undefined : is });
  }
  if (old.timeoutMs !== fresh.timeoutMs) {
    report.add('timeout-changed', path, { old: `${old.timeoutMs} ms`, new: `${fresh.timeoutMs} ms` });
  }
  if (old.leaseMs !== fresh.leaseMs) {
    report.add('lease-changed', path, { old: leaseText(old), new: leaseText(fresh) });
  }
  if (old.finish !== fresh.finish) report.add(fresh.finish ? 'finish-added' : 'finish-removed', path);
}

function leaseText({ leaseMs }: LockedMethod): string {
  return leaseMs === undefined ? 'until the deadline' : `${leaseMs} ms`;
}

/** To callers the failures of a method are one more thing that it may answer: they go the way of its output. */
function diffErrors(
  old: LockedMethod,
  fresh: LockedMethod,
  { types, report, path }: { readonly types: Types; readonly report: Report; readonly path: string },
): void {
  const names = new Set([...Object.keys(old.errors), ...Object.keys(fresh.errors)]);
  for (const name of names) {
    const at = `${path}.errors.${name}`;
    const was = Object.hasOwn(old.errors, name) ? old.errors[name] : undefined;
    const is = Object.hasOwn(fresh.errors, name) ? fresh.errors[name] : undefined;
    if (was === undefined) report.add('error-added', at, { new: is?.code });
    else if (is === undefined) report.add('error-removed', at, { old: was.code });
    else diffError(was, is, { types, report, path: at });
  }
}

function diffError(
  old: LockedError,
  fresh: LockedError,
  { types, report, path }: { readonly types: Types; readonly report: Report; readonly path: string },
): void {
  diffDoc(old, fresh, report, path);
  if (old.code !== fresh.code) report.add('error-code-changed', path, { old: old.code, new: fresh.code });
  if (old.data !== undefined && fresh.data !== undefined) {
    new ShapeDiff(types, 'output', report).diff(old.data, fresh.data, path);
  } else if (fresh.data !== undefined) {
    // Callers that know of no data do not look at it; those that do find none.
    const fits = { forward: 'no', backward: 'yes' } as const;
    report.addShape('error-data-added', path, 'output', fits, { new: shapeText(fresh.data) });
  } else if (old.data !== undefined) {
    const fits = { forward: 'yes', backward: 'no' } as const;
    report.addShape('error-data-removed', path, 'output', fits, { old: shapeText(old.data) });
  }
}
