import type { MethodModel } from '../model/model.ts';

/** What a caller wants to know about a method before calling it. */
export function methodDoc(method: MethodModel): string {
  const { doc, errors } = method;
  const declared = errors.length === 0 ? '' : `\nDeclares ${errors.map(({ name }) => name).join(', ')}.`;
  return [doc, deliveryText(method) + declared].filter((part) => part !== undefined).join('\n\n');
}

/** How often a method may be started, and how long a call may take. */
export function deliveryText({ idempotent, key, timeoutMs }: Delivery): string {
  const starts = idempotent ? 'May be started more than once' : 'Started at most once';
  const sharing = key.length === 0 ? '' : `; calls with the same ${key.join(' and ')} share one result`;
  return `${starts}${sharing}. Time limit: ${durationText(timeoutMs)}.`;
}

export function durationText(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}

interface Delivery {
  readonly idempotent: boolean;
  readonly key: readonly string[];
  readonly timeoutMs: number;
}
