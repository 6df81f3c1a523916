/** Text from elsewhere without what would move the cursor, change colours or ring the bell. Lines stay lines. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '');
}

/** Plain data with no text in it but what can be printed. */
export function printableData<T>(value: T): T {
  return printableOf(value) as T;
}

function printableOf(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(printableOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [printable(name), printableOf(part)]));
}
