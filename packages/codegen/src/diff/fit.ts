/**
 * Whether a receiver takes everything that a sender may send: proved, disproved by at least one value, or unknown.
 */
export type Fit = 'yes' | 'no' | 'unknown';

/** All must fit: one value that is refused decides. */
export function all(fits: Iterable<Fit>): Fit {
  let sum: Fit = 'yes';
  for (const fit of fits) {
    if (fit === 'no') return 'no';
    if (fit === 'unknown') sum = 'unknown';
  }
  return sum;
}

export function fitIf(isSo: boolean): Fit {
  return isSo ? 'yes' : 'no';
}
