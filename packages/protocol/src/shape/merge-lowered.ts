import { isPlainObject } from './check-any.ts';

/**
 * Two lowered forms of one value, for two options of a union that both fit: what either of them keeps is kept.
 *
 * Only the worker, which knows formats and refinements, can tell which option it is. So each has to find its fields.
 */
export function mergeLowered(first: unknown, second: unknown): unknown {
  if (first === second || typeof first !== 'object' || typeof second !== 'object') return first;
  if (first === null || second === null) return first;
  if (Array.isArray(first)) {
    if (!Array.isArray(second) || first.length !== second.length) return first;
    return first.map((item, index) => mergeLowered(item, (second as unknown[])[index]));
  }
  if (!isPlainObject(first) || !isPlainObject(second)) return first;
  const [one, other] = [first, second] as [Record<string, unknown>, Record<string, unknown>];
  const merged: Record<string, unknown> = { ...one };
  for (const [name, field] of Object.entries(other)) {
    merged[name] = Object.hasOwn(one, name) ? mergeLowered(one[name], field) : field;
  }
  return merged;
}
