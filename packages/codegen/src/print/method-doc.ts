import type { MethodModel } from '../model/model.ts';

/** What a caller wants to know about a method before calling it. */
export function methodDoc(method: MethodModel): string {
  const { doc, idempotent, key, timeoutMs, errors } = method;
  const delivery = idempotent ? 'May be started more than once' : 'Started at most once';
  const sharing = key.length === 0 ? '' : `; calls with the same ${key.join(' and ')} share one result`;
  const facts = `${delivery}${sharing}. Time limit: ${durationText(timeoutMs)}.`;
  const declared = errors.length === 0 ? '' : `\nDeclares ${errors.map(({ name }) => name).join(', ')}.`;
  return [doc, facts + declared].filter((part) => part !== undefined).join('\n\n');
}

function durationText(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
