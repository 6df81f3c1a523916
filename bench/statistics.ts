/** The middle of some numbers, and how far they spread. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The spread of several rounds, and what each gave. */
export interface Rounds extends Spread {
  readonly values: readonly number[];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

export function roundsOf(values: readonly number[]): Rounds {
  return { ...spreadOf(values), values };
}

/** To four digits: more were never measured. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
