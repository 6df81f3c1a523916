import type { MethodDescription, ServiceDescription, Shape } from '@reeve/protocol';
import { deliveryText, durationText } from '../print/method-doc.ts';
import { type FieldRow, fieldRows, namedShapes } from './field-rows.ts';
import { HeadingIds } from './heading-ids.ts';
import { shapesOf } from './method-schema.ts';
import { signatureText } from './signature.ts';

/** Prints the reference page of a service. `comment` stands at its head, unseen by readers. */
export function markdownPage(service: ServiceDescription, comment: string): string {
  return new Page(service).print(comment);
}

class Page {
  readonly #service: ServiceDescription;
  readonly #types: readonly { readonly name: string; readonly shape: Shape }[];
  readonly #typeIds = new Map<string, string>();
  readonly #methodIds = new Map<string, string>();

  constructor(service: ServiceDescription) {
    this.#service = service;
    this.#types = namedShapes(Object.values(service.methods).flatMap(shapesOf), service.shapes);
    const ids = new HeadingIds();
    ids.take(service.name);
    for (const name of Object.keys(service.methods)) this.#methodIds.set(name, ids.take(name));
    if (this.#types.length > 0) ids.take(TYPES);
    for (const { name } of this.#types) this.#typeIds.set(name, ids.take(name));
  }

  print(comment: string): string {
    const { name, version, doc, methods } = this.#service;
    const blocks = [
      `<!-- ${comment.replaceAll('--', '- -')} -->`,
      `# ${name}`,
      ...(doc === undefined ? [] : [doc.trim()]),
      `Version ${version}.`,
      this.#methodTable(),
      ...Object.entries(methods).flatMap(([method, description]) => this.#method(method, description)),
      ...(this.#types.length === 0 ? [] : [`## ${TYPES}`]),
      ...this.#types.flatMap((type) => this.#namedType(type)),
    ];
    return `${blocks.join('\n\n')}\n`;
  }

  #methodTable(): string {
    const rows = Object.entries(this.#service.methods).map(([name, { idempotent, timeoutMs, doc = '' }]) => {
      const starts = idempotent ? 'more than once' : 'at most once';
      return [`[${name}](#${this.#methodIds.get(name)!})`, starts, durationText(timeoutMs), cell(firstLine(doc))];
    });
    return table(['method', 'may be started', 'time limit', 'meaning'], rows);
  }

  #method(name: string, method: MethodDescription): string[] {
    const { doc, leaseMs, finish = false, input, output, errors, fingerprint } = method;
    const lease = leaseMs === undefined ? '' : ` Its handler shows a sign of life every ${durationText(leaseMs)}.`;
    const end = finish ? ' It goes on when its caller is gone.' : '';
    const declared = Object.entries(errors);
    return [
      `## ${name}`,
      ...(doc === undefined ? [] : [doc.trim()]),
      `\`\`\`ts\n${signatureText(name, method)}\n\`\`\``,
      `${deliveryText(method)}${lease}${end} Contract \`${fingerprint}\`.`,
      ...this.#side('Input', input),
      ...this.#side('Output', output),
      ...(declared.length === 0 ? [] : ['**Errors**', this.#errorTable(declared)]),
      ...declared.flatMap(([one, { data }]) =>
        data === undefined ? [] : [`Data of \`${one}\`:`, ...this.#fields(data)],
      ),
    ];
  }

  #namedType({ name, shape: { doc, ...shape } }: { readonly name: string; readonly shape: Shape }): string[] {
    return [`### ${name}`, ...(doc === undefined ? [] : [doc.trim()]), ...this.#fields(shape)];
  }

  #side(title: string, shape: Shape): string[] {
    const fields = this.#fields(shape);
    return fields.length === 0 ? [`**${title}**: none.`] : [`**${title}**`, ...fields];
  }

  #errorTable(errors: readonly (readonly [name: string, error: MethodDescription['errors'][string]])[]): string {
    return table(
      ['error', 'code', 'meaning'],
      errors.map(([name, { code, doc = '' }]) => [`\`${name}\``, `\`${code}\``, cell(doc)]),
    );
  }

  #fields(shape: Shape): string[] {
    const rows = fieldRows(shape);
    const [only] = rows;
    if (only === undefined) return [];
    if (rows.length === 1 && only.path === '') {
      const { facts, doc } = only;
      return [[this.#type(only), ...facts.map(plain), ...(doc === undefined ? [] : [doc.trim()])].join('; ')];
    }
    const cells = rows.map((row) => [
      row.path === '' ? '' : cell(code(row.path)),
      cell(this.#type(row)),
      cell([...(row.isRequired ? [] : ['optional']), ...row.facts.map(plain)].join('; ')),
      cell(row.doc ?? ''),
    ]);
    return [table(['field', 'type', 'rules', 'meaning'], cells)];
  }

  /** With links to named types, where it is made of nothing else. */
  #type({ type }: FieldRow): string {
    const parts = type.split(' | ');
    const ids = parts.map((part) => this.#typeIds.get(part.replaceAll('[]', '')));
    const isLinked = ids.some((id) => id !== undefined) && parts.every((part) => /^\w+(?:\[\])*$/.test(part));
    if (!isLinked) return code(type);
    return parts.map((part, i) => (ids[i] === undefined ? code(part) : `[${code(part)}](#${ids[i]})`)).join(' | ');
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `|${cells.map((text) => (text === '' ? ' ' : ` ${text} `)).join('|')}|`).join('\n');
}

/** A bar would end the cell, also inside of code. */
function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

/** What a pattern is made of means something else in Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\*_`<[\]]/g, '\\$&');
}

/** Text between as many backticks as it takes. */
function code(text: string): string {
  const ticks = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

const TYPES = 'Types';
