import type { BigintShape, DateShape, NumberShape } from '@reeve/protocol';

/** Whether one range lies in another. Lengths, numbers, moments and bigints alike. */
export function rangeWithin(sender: Ranged, receiver: Ranged): boolean {
  const [own, other] = [edges(sender), edges(receiver)];
  const isLow = other.low === undefined || (own.low !== undefined && isAtLeast(own.low, other.low));
  const isHigh = other.high === undefined || (own.high !== undefined && isAtMost(own.high, other.high));
  return isLow && isHigh;
}

/** In a few words: `1..5`, `>0`, `any`. */
export function rangeText(shape: Ranged): string {
  const { low, high } = edges(shape);
  if (low === undefined && high === undefined) return 'any';
  if (low === undefined) return `${high?.isOpen === true ? '<' : '≤'}${high?.at}`;
  if (high === undefined) return `${low.isOpen ? '>' : '≥'}${low.at}`;
  return `${low.isOpen ? '>' : ''}${low.at}..${high.isOpen ? '<' : ''}${high.at}`;
}

export type Ranged = NumberShape | BigintShape | DateShape | { readonly min?: number; readonly max?: number };

interface Edge {
  readonly at: number | bigint;
  /** The value itself is outside. */
  readonly isOpen: boolean;
}

function edges(shape: Ranged): { low: Edge | undefined; high: Edge | undefined } {
  const { min, max } = shape;
  const { exclusiveMin, exclusiveMax } = shape as NumberShape;
  const step = 'int' in shape && shape.int ? 1 : 0;
  const low = narrowest([closed(min), open(exclusiveMin, step)], isAtLeast);
  const high = narrowest([closed(max), open(exclusiveMax, -step)], isAtMost);
  return { low, high };
}

function closed(at: number | string | undefined): Edge | undefined {
  return at === undefined ? undefined : { at: typeof at === 'string' ? BigInt(at) : at, isOpen: false };
}

/** Next to a whole number that is outside, there is another that is inside. */
function open(at: number | undefined, step: number): Edge | undefined {
  if (at === undefined) return undefined;
  if (step === 0) return { at, isOpen: true };
  return { at: step > 0 ? Math.floor(at) + 1 : Math.ceil(at) - 1, isOpen: false };
}

function narrowest(found: readonly (Edge | undefined)[], isNarrower: (a: Edge, b: Edge) => boolean): Edge | undefined {
  const [first, second] = found.filter((edge) => edge !== undefined);
  return first === undefined || second === undefined ? first : isNarrower(first, second) ? first : second;
}

function isAtLeast(a: Edge, b: Edge): boolean {
  return a.at > b.at || (a.at === b.at && (a.isOpen || !b.isOpen));
}

function isAtMost(a: Edge, b: Edge): boolean {
  return a.at < b.at || (a.at === b.at && (a.isOpen || !b.isOpen));
}
