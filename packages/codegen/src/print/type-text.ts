import type {
  ArrayShape,
  MapShape,
  ObjectShape,
  RecordShape,
  SetShape,
  Shape,
  TemplateShape,
  TupleShape,
} from '@reeve/protocol';
import { COLUMNS_MAX, jsDocLines, propertyText, stringText } from './generated-file.ts';

/**
 * Writes a shape as a TypeScript type.
 *
 * `column`: how far from the left the text starts, to decide what fits on a line. Lines after the first are indented
 * as if the text began at the margin; the printer adds its own depth.
 */
export function typeText(shape: Shape, column = 0): string {
  switch (shape.kind) {
    case 'any':
      return 'unknown';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
    case 'never':
      return shape.kind;
    case 'bigint':
      // With one value only it is a constant.
      return shape.min !== undefined && shape.min === shape.max ? `${shape.min}n` : 'bigint';
    case 'date':
      return 'Date';
    case 'bytes':
      return 'Uint8Array';
    case 'template':
      return templateText(shape);
    case 'array':
      return arrayText(shape, column);
    case 'tuple':
      return tupleText(shape, column);
    case 'record':
      return recordText(shape, column);
    case 'map':
      return `${readonlyPrefix(shape)}Map<${typeText(shape.key, column)}, ${typeText(shape.value, column)}>`;
    case 'set':
      return `${readonlyPrefix(shape)}Set<${typeText(shape.items, column)}>`;
    case 'object':
      return objectText(shape, column);
    case 'intersection':
      return `${operandText(shape.left, column)} & ${operandText(shape.right, column)}`;
    case 'ref':
      return shape.readonly === true ? `Readonly<${shape.name}>` : shape.name;
    default:
      return joinAlternatives(alternativesOf(shape, column), column);
  }
}

/** The fields of an object, one or more lines for each. */
export function fieldLines({ fields, optional, exact, unknown, readonly = false }: ObjectShape): string[] {
  const lines = Object.entries(fields).flatMap(([name, field]) => {
    const isOptional = optional?.includes(name) === true;
    const allowsUndefined = isOptional && exact?.includes(name) !== true;
    const head = `${readonly ? 'readonly ' : ''}${propertyText(name)}${isOptional ? '?' : ''}: `;
    const type = allowsUndefined ? orUndefined(field, head.length + 2) : typeText(field, head.length + 2);
    return [...jsDocLines(field.doc), ...`${head.trimEnd()}${type.startsWith('\n') ? '' : ' '}${type};`.split('\n')];
  });
  return unknown === 'loose' ? [...lines, `${readonly ? 'readonly ' : ''}[key: string]: unknown;`] : lines;
}

/** What a value may be, one by one: unions in unions are flat. */
function alternativesOf(shape: Shape, column: number): string[] {
  switch (shape.kind) {
    case 'union':
      return shape.options.flatMap((option) => alternativesOf(option, column));
    case 'nullable':
      return [...alternativesOf(shape.of, column), 'null'];
    case 'literal':
    case 'enum':
      return shape.values.map((value) => (typeof value === 'string' ? stringText(value) : String(value)));
    default:
      return [typeText(shape, column)];
  }
}

/** `A | B`, or one alternative on each line. */
function joinAlternatives(alternatives: readonly string[], column: number): string {
  const unique = alternatives.includes('unknown') ? ['unknown'] : [...new Set(alternatives)];
  const oneLine = unique.join(' | ');
  const fits = !oneLine.includes('\n') && column + oneLine.length <= COLUMNS_MAX;
  if (unique.length === 0) return 'never';
  if (unique.length === 1 || fits) return oneLine;
  return unique.map((text) => `\n  | ${text.replaceAll('\n', '\n    ')}`).join('');
}

function orUndefined(shape: Shape, column: number): string {
  const alternatives = alternativesOf(shape, column).filter((text) => text !== 'never');
  return joinAlternatives([...alternatives, 'undefined'], column);
}

/** Text that can be followed by `[]` or `&` without changing its meaning. */
function operandText(shape: Shape, column: number): string {
  const text = typeText(shape, column);
  const isCompound = alternativesOf(shape, column).length > 1 || isIntersection(shape) || text.startsWith('readonly ');
  return isCompound && text !== 'unknown' ? `(${text})` : text;
}

function isIntersection(shape: Shape): boolean {
  if (shape.kind === 'object') return shape.catchall !== undefined && Object.keys(shape.fields).length > 0;
  return shape.kind === 'intersection';
}

/** `ReadonlySet` and `ReadonlyMap` are types of their own. */
function readonlyPrefix({ readonly = false }: MapShape | SetShape): string {
  return readonly ? 'Readonly' : '';
}

function templateText({ parts }: TemplateShape): string {
  const text = parts.map((part) =>
    typeof part === 'string' ? part.replaceAll(/[`\\]|\$\{/g, '\\$&') : `\${${typeText(templatePart(part))}}`,
  );
  return `\`${text.join('')}\``;
}

/** What a template type can hold as a type; the rest is text to it. */
function templatePart(part: Shape): Shape {
  if (part.kind === 'nullable') return { ...part, of: templatePart(part.of) };
  if (part.kind === 'union') return { ...part, options: part.options.map(templatePart) };
  if (part.kind === 'undefined') return { kind: 'literal', values: [''] };
  return TEMPLATE_KINDS.has(part.kind) ? part : { kind: 'string' };
}

function arrayText({ items, readonly = false }: ArrayShape, column: number): string {
  const text = operandText(items, column);
  if (text.startsWith('(\n')) return `${readonly ? 'Readonly' : ''}Array<${typeText(items, column)}\n>`;
  return `${readonly ? 'readonly ' : ''}${text}[]`;
}

function tupleText({ items, rest, required = items.length, readonly = false }: TupleShape, column: number): string {
  const parts = items.map((item, index) => {
    if (index < required) return typeText(item, column);
    const text = orUndefined(item, column);
    return text.includes('|') ? `(${text})?` : `${text}?`;
  });
  if (rest !== undefined) parts.push(`...${arrayText({ kind: 'array', items: rest }, column)}`);
  return `${readonly ? 'readonly ' : ''}[${parts.join(', ')}]`;
}

function recordText({ key, value, readonly = false }: RecordShape, column: number): string {
  const keys = keyParts(key);
  const names = [...new Set(keys.flatMap((part) => alternativesOf(part, column)))];
  const keyText = names.includes('string') ? 'string' : names.join(' | ');
  const valueText = typeText(value, column + keyText.length + 9);
  // An alias may refer to itself in an index signature, but not as an argument of Record.
  if (keyText === 'string') return `{ ${readonly ? 'readonly ' : ''}[key: string]: ${valueText} }`;
  const record = `Record<${keyText}, ${valueText}>`;
  const text = keys.every((part) => CONSTANT_KEYS.has(part.kind)) ? `Partial<${record}>` : record;
  return readonly ? `Readonly<${text}>` : text;
}

/** What keys may be, one by one. Keys of objects are strings, whatever else a schema wants of them. */
function keyParts(key: Shape): readonly Shape[] {
  if (key.kind === 'union') return key.options.flatMap(keyParts);
  return [KEY_KINDS.has(key.kind) ? key : { kind: 'string' }];
}

function objectText(shape: ObjectShape, column: number): string {
  if (shape.catchall === undefined) return fieldsText(shape, column);
  const readonly = shape.readonly === true ? 'readonly ' : '';
  const others = `{ ${readonly}[key: string]: ${typeText(shape.catchall, column)} }`;
  return Object.keys(shape.fields).length === 0 ? others : `${fieldsText(shape, column)} & ${others}`;
}

function fieldsText(shape: ObjectShape, column: number): string {
  const lines = fieldLines(shape);
  if (lines.length === 0) return 'Record<string, never>';
  const oneLine = `{ ${lines.join(' ').replace(/;$/, '')} }`;
  const hasDocs = Object.values(shape.fields).some(({ doc }) => doc !== undefined);
  const isBroken = lines.some((line) => /^ |[{<]$/.test(line));
  if (!hasDocs && !isBroken && column + oneLine.length <= OBJECT_COLUMNS_MAX) return oneLine;
  return ['{', ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

const TEMPLATE_KINDS: ReadonlySet<string> = new Set([
  'bigint',
  'boolean',
  'enum',
  'literal',
  'null',
  'number',
  'string',
  'template',
  'undefined',
]);

const KEY_KINDS: ReadonlySet<string> = new Set(['enum', 'literal', 'number', 'string', 'template', 'ref']);

/** Not every record has all of them; one that has is an object. What has a name is a list of constants. */
const CONSTANT_KEYS: ReadonlySet<string> = new Set(['enum', 'literal', 'ref']);

/** Objects in one line are read across: shorter than a line of code may be. */
const OBJECT_COLUMNS_MAX = 80;
