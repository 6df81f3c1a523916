/** The names that somebody may have meant: at most three, the nearest first. */
export function nearNames(typed: string, names: Iterable<string>): string[] {
  const distanceMax = Math.max(1, Math.floor(typed.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceOf(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= distanceMax)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, NAMES_MAX)
    .map(({ name }) => name);
}

/** `did you mean "quote" or "quotes"?`, or `undefined` if nothing is near. */
export function didYouMean(typed: string, names: Iterable<string>): string | undefined {
  const near = nearNames(typed, names);
  if (near.length === 0) return undefined;
  return `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`;
}

/** How many letters must be put in, taken out, replaced or swapped with their neighbour. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** More would be a list to read, not a hint. */
const NAMES_MAX = 3;
