import type { Shape, StringShape, TemplateShape } from '@reeve/protocol';
import { splitRule } from '../diff/rule-text.ts';

/** Says of a string what JSON Schema has words for. Other formats are named in a comment: validators refuse them. */
export function stringKeywords({ min, max, format, rules = [] }: StringShape): Record<string, unknown> {
  const patterns = rules.flatMap((rule) => patternOf(rule) ?? []);
  const [only] = patterns;
  const isLocal = rules.some((rule) => rule.startsWith('format-options ') && rule.includes('"local":true'));
  const known = format === undefined || isLocal ? undefined : FORMATS[format];
  return {
    type: 'string',
    minLength: min,
    maxLength: max,
    ...(known ?? (format === undefined ? {} : { $comment: `format ${format}` })),
    pattern: patterns.length === 1 ? only : undefined,
    allOf: patterns.length > 1 ? patterns.map((pattern) => ({ pattern })) : undefined,
  };
}

/** The regular expression that all strings of a template match. Parts that have rules of their own may match more. */
export function templatePattern(template: TemplateShape): string {
  return `^${templateText(template)}$`;
}

/** Flags other than these change what a pattern means, and JSON Schema has no place for them. */
function patternOf(rule: string): string | undefined {
  const [word, value] = splitRule(rule);
  return word === 'pattern' ? /^\/(.*)\/[duv]*$/s.exec(value)?.[1] : undefined;
}

function templateText({ parts }: TemplateShape): string {
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : partText(part))).join('');
}

function partText(part: Shape): string {
  switch (part.kind) {
    case 'number':
      return part.int === true ? '-?\\d+' : '-?\\d+(?:\\.\\d+)?';
    case 'bigint':
      return '-?\\d+n?';
    case 'boolean':
      return '(?:true|false)';
    case 'null':
      return 'null';
    case 'undefined':
      return '(?:undefined)?';
    case 'literal':
    case 'enum':
      return `(?:${part.values.map((value) => escaped(String(value))).join('|')})`;
    case 'template':
      return templateText(part);
    case 'union':
      return `(?:${part.options.map(partText).join('|')})`;
    case 'nullable':
      return `(?:${partText(part.of)}|null)`;
    default:
      return '[\\s\\S]*';
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, '\\$&');
}

/** Formats by the names that JSON Schema has for them. What it calls `time` has an offset, which Zod's has not. */
const FORMATS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  base64: { contentEncoding: 'base64' },
  base64url: { contentEncoding: 'base64url' },
  date: { format: 'date' },
  datetime: { format: 'date-time' },
  duration: { format: 'duration' },
  email: { format: 'email' },
  guid: { format: 'uuid' },
  hostname: { format: 'hostname' },
  ipv4: { format: 'ipv4' },
  ipv6: { format: 'ipv6' },
  url: { format: 'uri' },
  uuid: { format: 'uuid' },
};
