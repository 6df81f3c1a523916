import { COLUMNS_MAX, propertyText, stringText } from './generated-file.ts';

/** Writes plain data as a person would: short things on one line, long ones on several. */
export function literalText(value: unknown, column = 0): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Array.isArray(value) ? value.map((item) => ['', item] as const) : Object.entries(value);
  const defined = parts.filter(([, part]) => part !== undefined);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (defined.length === 0) return open + close;
  const inner = defined.map(
    ([name, part]) =>
      (name === '' && Array.isArray(value) ? '' : `${propertyText(name)}: `) +
      literalText(part, column + 2 + name.length),
  );
  const pad = Array.isArray(value) ? '' : ' ';
  const oneLine = `${open}${pad}${inner.join(', ')}${pad}${close}`;
  if (!oneLine.includes('\n') && column + oneLine.length + 1 <= COLUMNS_MAX) return oneLine;
  const lines = inner.map((text) => `  ${text.replaceAll('\n', '\n  ')},`);
  return [open, ...lines, close].join('\n');
}
