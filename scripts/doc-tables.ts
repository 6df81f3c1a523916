import typeResults from '../bench/results/types.json' with { type: 'json' };
import { savedResults } from '../bench/saved-results.ts';
import { resultsTable } from '../bench/tables.ts';
import { typeTable, versionsText } from '../bench/types/type-results.ts';
import type { Harms, RuleRow } from '../packages/codegen/src/diff/rules.ts';
import { DIFF_RULES } from '../packages/codegen/src/diff/rules.ts';
import { CODES, codeNumber } from '../packages/protocol/src/codes.ts';
import { ENVELOPE, EnvelopeReader, RECORD_FLAGS } from '../packages/protocol/src/envelope.ts';
import { goldenMessages } from '../packages/protocol/src/golden.test-kit.ts';
import type { LimitRow } from '../packages/protocol/src/limits.ts';
import { LIMIT_TABLE } from '../packages/protocol/src/limits.ts';
import type { Width } from '../packages/protocol/src/record-definition.ts';
import { RECORDS } from '../packages/protocol/src/records.ts';
import type { AnyRecord } from '../packages/protocol/src/records.ts';
import { EXECUTED, VERDICTS } from '../packages/protocol/src/verdicts.ts';
import type { Verdict } from '../packages/protocol/src/verdicts.ts';
import { citation, RULES } from '../test/conformance/rules.ts';

/** Pages with tables that are printed from the source. */
export const PAGES: readonly string[] = [
  'docs/protocol.md',
  'docs/conformance.md',
  'docs/compatibility.md',
  'docs/codegen.md',
  'docs/performance.md',
];

/** The picture of the results of the bench. */
export const CHART = 'docs/performance.svg';

/** Fills every table of a page: what stands between `<!-- table: name -->` and `<!-- /table -->`. */
export function withTables(page: string): string {
  return page.replace(
    /(<!-- table: (.+?) -->\n)[^]*?(<!-- \/table -->)/g,
    (_, begin: string, name: string, end: string) => {
      const [kind = '', argument = ''] = name.split(' ');
      const make = TABLES[kind];
      if (make === undefined) throw new Error(`the page asks for a table "${name}", and there is none`);
      return `${begin}\n${make(argument)}\n\n${end}`;
    },
  );
}

/** The records whose fields the page must show. */
export const SHOWN_RECORDS: readonly string[] = RECORDS.filter(
  (r) => r.form !== 'reserved' && Object.keys(r.fields).length > 0,
).map((r) => r.name);

const TABLES: Readonly<Record<string, (argument: string) => string>> = {
  bench: (name) => resultsTable(savedResults(), name),
  header: headerTable,
  'record-header': () =>
    table(
      ['offset', 'type', 'field', 'meaning'],
      [
        [0, 'u8', '`type`', 'what the record is (§17)'],
        [1, 'u8', '`flags`', 'see below'],
        [2, 'u32', '`length`', 'bytes of the payload that follows'],
      ],
    ),
  flags: () => table(['bit', 'flag', 'meaning'], FLAG_ROWS),
  fields: fieldsTable,
  records: recordsTable,
  reserved: () =>
    table(
      ['number', 'record', 'from', 'what for'],
      RECORDS.filter((r) => r.form === 'reserved').map((r) => [r.type, r.name, r.from, r.doc]),
    ),
  codes: () =>
    table(
      ['number', 'code'],
      CODES.map((code) => [codeNumber(code), `\`${code}\``]),
    ),
  executed: () =>
    table(
      ['number', 'executed'],
      EXECUTED.map((name, number) => [number, `\`${name}\``]),
    ),
  verdicts: () => table(['number', 'reason', 'code', 'executed', 'again', 'when'], verdictRows()),
  'diff-rules': () =>
    table(
      ['rule', 'what changed', 'effect'],
      Object.entries<RuleRow>(DIFF_RULES).map(([name, { harms, what }]) => [`\`${name}\``, what, HARM_WORDS[harms]]),
    ),
  rules: (letters) =>
    table(
      ['rule', 'what a broker does', 'level', 'from'],
      RULES.filter(({ id }) => letters.includes(id.charAt(0))).map((rule) => [
        ...[rule.id, rule.text, rule.level, citation(rule)],
      ]),
    ),
  'type-bench': () => {
    const [head, ...rows] = typeTable(typeResults);
    return `${table(head!, rows)}\n\n(${versionsText(typeResults)})`;
  },
  limits: () =>
    table(
      ['limit', 'value', 'unit', 'why'],
      Object.entries<LimitRow>(LIMIT_TABLE).map(([name, [value, unit, why]]) => [
        `\`${name}\``,
        value.toLocaleString('en-US'),
        unit,
        why,
      ]),
    ),
};

function headerTable(): string {
  const { at, magic, version } = ENVELOPE;
  const bytes = magic.map((byte) => `0x${byte.toString(16)}`).join(' ');
  return table(
    ['offset', 'type', 'field', 'meaning'],
    [
      [at.magic, '3 bytes', '`magic`', bytes],
      [at.version, 'u8', '`version`', `${version}`],
      [at.session, 'u53', '`session`', 'token of the session'],
      [at.seq, 'u32', '`seq`', 'number of this message (§6.1)'],
      [at.ack, 'u32', '`ack`', 'number of the last message accepted from the other side (§6.2)'],
      [
        at.sentAt,
        'u32',
        '`sentAt`',
        "milliseconds of the sender's monotonic clock, modulo 2³², when it sent this (§11)",
      ],
      [ENVELOPE.headerBytes, '', '', 'records (§3.2)'],
    ],
  );
}

function fieldsTable(name: string): string {
  const record = RECORDS.find((r) => r.name === name);
  if (record === undefined || record.form === 'reserved') throw new Error(`there is no record ${name} with fields`);
  if (record.form === 'map') {
    const fields = Object.entries<{ kind: string }>(record.fields);
    return table(
      ['field', 'kind'],
      fields.flatMap(([field, { kind }]) => mapRows(field, kind)),
    );
  }
  const fields = Object.entries<readonly [Width, string]>(record.fields);
  const at = record.at as Readonly<Record<string, number>>;
  const rows: Cell[][] = fields.map(([field, [width, doc]]) => [at[field]!, width, `\`${field}\``, doc]);
  if (record.rest !== '') rows.push([record.bytes, '', '', record.rest]);
  return table(['offset', 'type', 'field', 'meaning'], rows);
}

/** One row, or for a list of maps one for the list and one for each field of its items. */
function mapRows(field: string, kind: string): string[][] {
  const group = /^list of \{ (.*) \}, (at most \d+ items)$/.exec(kind);
  if (group === null) return [[`\`${field}\``, kind]];
  const [, fields = '', bound = ''] = group;
  // A semicolon within the braces of a nested map does not end a field.
  const inner = fields.match(/(?:[^;{}]|\{[^{}]*\})+/g) ?? [];
  const rows = inner.map((one) => {
    const [name = '', ...rest] = one.trim().split(': ');
    return [`\`${field}[].${name}\``, rest.join(': ')];
  });
  return [[`\`${field}\``, `list of maps, ${bound}`], ...rows];
}

function recordsTable(): string {
  const rows = RECORDS.filter((r) => r.form !== 'reserved').map((record) => [
    record.type,
    record.name,
    record.from,
    record.form === 'map' ? 'map' : 'fixed',
    mustUnderstand(record) ? 'yes' : 'no',
    record.doc,
  ]);
  return table(['number', 'record', 'from', 'form', 'must understand', 'what it says'], rows);
}

/** As the golden messages have it. */
function mustUnderstand({ type, name }: AnyRecord): boolean {
  const golden = goldenMessages().find((one) => one.name === name.toLowerCase());
  const reader = new EnvelopeReader();
  if (golden === undefined || reader.reset(golden.frames) !== undefined || !reader.next() || reader.type !== type) {
    throw new Error(`there is no golden message for ${name}`);
  }
  return (reader.flags & RECORD_FLAGS.mustUnderstand) !== 0;
}

function verdictRows(): Cell[][] {
  return Object.values<Verdict>(VERDICTS).map(({ number, reason, code, executed, retry, when }) => [
    ...[number, `\`${reason}\``, `\`${code}\``, `\`${executed}\``, retry ? 'yes' : 'no', when],
  ]);
}

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => `${cell}`.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

type Cell = string | number;

const HARM_WORDS: Readonly<Record<Harms, string>> = {
  nobody: 'compatible',
  callers: 'breaking for callers',
  workers: 'breaking for workers',
  both: 'breaking for both',
  shape: 'by direction',
  doubt: 'cannot be proved',
};

const FLAG_ROWS: readonly (readonly Cell[])[] = [
  [
    Math.log2(RECORD_FLAGS.mustUnderstand),
    '`mustUnderstand`',
    'a receiver that does not know this type must end the session instead of skipping the record',
  ],
  [Math.log2(RECORD_FLAGS.bodyInNextFrame), '`bodyInNextFrame`', 'the body is the second frame of the message (§3.4)'],
];
