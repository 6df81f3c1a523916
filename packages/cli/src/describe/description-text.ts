import {
  deliveryText,
  durationText,
  type FieldRow,
  fieldRows,
  namedShapes,
  shapesOf,
  signatureText,
} from '@reeve/codegen/reference';
import type { MethodDescription, ServiceDescription, Shape } from '@reeve/protocol';
import { table } from '../table.ts';
import type { VersionStatus } from './versions.ts';

/** Text for people. `strong` marks headings. */
export interface Style {
  strong(text: string): string;
}

/** What a service is like: its docs, its versions and a line for each method. */
export function serviceText(
  { name, version, doc, methods }: ServiceDescription,
  versions: readonly VersionStatus[],
  style: Style,
): string {
  const rows = Object.entries(methods).map(([method, { idempotent, timeoutMs, doc: about = '' }]) => [
    method,
    idempotent ? 'more than once' : 'at most once',
    durationText(timeoutMs),
    firstLine(about),
  ]);
  const [head = '', ...lines] = table(['METHOD', 'MAY BE STARTED', 'TIME LIMIT', 'ABOUT'], rows);
  return paragraphs([
    [style.strong(`${name} ${version}`), ...textLines(doc)],
    versionLines(version, versions),
    [style.strong(head), ...lines],
  ]);
}

/** What a method is like: signature, docs, delivery, fields, errors, and the named types that it leads to. */
export function methodText(
  service: ServiceDescription,
  name: string,
  versions: readonly VersionStatus[],
  style: Style,
): string {
  const method = service.methods[name]!;
  const types = namedShapes(shapesOf(method), service.shapes);
  return paragraphs([
    [style.strong(`${service.name}.${signatureText(name, method)}`), ...textLines(method.doc)],
    [deliveryText(method), ...moreDelivery(method)],
    versionLines(service.version, versions),
    [style.strong('INPUT'), ...sideLines(method.input)],
    [style.strong('OUTPUT'), ...sideLines(method.output)],
    errorLines(method, style),
    types.length === 0 ? [] : [style.strong('TYPES')],
    ...types.map(({ name: type, shape: { doc, ...shape } }) =>
      [indented([doc === undefined ? type : `${type}: ${oneLine(doc)}`]), indented(sideLines(shape))].flat(),
    ),
  ]);
}

function versionLines(shown: string, versions: readonly VersionStatus[]): string[] {
  const text = ({ version, workers }: VersionStatus): string =>
    `${version} (${workers} worker${workers === 1 ? '' : 's'})`;
  const [own, others] = [
    versions.filter((one) => one.version === shown),
    versions.filter((one) => one.version !== shown),
  ];
  const rest = others.length === 0 ? '' : `; also there: ${others.map(text).join(', ')}`;
  return own.map((one) => `Version ${text(one)}${rest}.`);
}

function moreDelivery({ leaseMs, finish = false, fingerprint }: MethodDescription): string[] {
  return [
    ...(leaseMs === undefined ? [] : [`Its handler shows a sign of life every ${durationText(leaseMs)}.`]),
    ...(finish ? ['Its handler goes on when its caller is gone.'] : []),
    `Contract ${fingerprint}.`,
  ];
}

function errorLines({ errors }: MethodDescription, style: Style): string[] {
  const declared = Object.entries(errors);
  if (declared.length === 0) return [];
  const lines = declared.flatMap(([name, { code, doc, data }]) => [
    [name, `(${code})`, ...(doc === undefined ? [] : [oneLine(doc)])].join(' '),
    ...(data === undefined ? [] : sideLines(data)),
  ]);
  return [style.strong('ERRORS'), ...indented(lines)];
}

function sideLines(shape: Shape): string[] {
  const rows = fieldRows(shape);
  const [only] = rows;
  if (only === undefined) return indented(['none']);
  if (rows.length === 1 && only.path === '')
    return indented([[only.type, notesOf(only)].filter((part) => part !== '').join('  ')]);
  const cells = rows.map((row) => [row.path === '' ? '(all of it)' : row.path, row.type, notesOf(row)]);
  // A table without a head: its first row stands in for one.
  return indented(table(cells[0]!, cells.slice(1)));
}

function notesOf({ isRequired, facts, doc }: FieldRow): string {
  const rules = [...(isRequired ? [] : ['optional']), ...facts].join(', ');
  return [rules, doc === undefined ? '' : oneLine(doc)].filter((part) => part !== '').join('; ');
}

function textLines(doc: string | undefined): string[] {
  return doc === undefined ? [] : doc.trim().split('\n');
}

function firstLine(doc: string): string {
  return doc.trim().split('\n', 1)[0] ?? '';
}

function oneLine(doc: string): string {
  return doc.trim().replaceAll(/\s*\n\s*/g, ' ');
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function paragraphs(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
