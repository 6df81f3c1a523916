import type { Shape } from '@reeve/protocol';
import { splitRule } from '../diff/rule-text.ts';

/** What there is to know about a shape besides its type, in a few words for each fact: `at most 64 characters`. */
export function factsOf(shape: Shape): string[] {
  return [...ownFacts(shape), ...(shape.rules ?? []).flatMap(ruleFact)];
}

function ownFacts(shape: Shape): string[] {
  switch (shape.kind) {
    case 'string':
      return [...(shape.format === undefined ? [] : [`format ${shape.format}`]), ...countFacts(shape, 'character')];
    case 'number':
      return [
        ...fact('at least', shape.min),
        ...fact('more than', shape.exclusiveMin),
        ...fact('at most', shape.max),
        ...fact('less than', shape.exclusiveMax),
      ];
    case 'bigint':
      return [...fact('at least', shape.min), ...fact('at most', shape.max)];
    case 'date':
      return [...fact('not before', momentText(shape.min)), ...fact('not after', momentText(shape.max))];
    case 'bytes':
      return countFacts(shape, 'byte');
    case 'array':
    case 'set':
      return [...countFacts(shape, 'item'), ...factsOf(shape.items).map((one) => `each ${one}`)];
    case 'map':
      return countFacts(shape, 'entry');
    case 'nullable':
      return factsOf(shape.of);
    case 'object':
      return shape.unknown === 'strict'
        ? ['no other fields']
        : shape.unknown === 'loose' || shape.catchall !== undefined
          ? ['other fields are kept']
          : [];
    default:
      return [];
  }
}

function ruleFact(rule: string): string[] {
  const [word, value] = splitRule(rule);
  if (word === 'default') return [`default ${defaultText(value)}`];
  if (word === 'multiple-of') return [`a multiple of ${value}`];
  return word === 'pattern' ? [`matches ${value}`] : [];
}

/** Values that JSON has no form for are marked by an object with one name. */
function defaultText(text: string): string {
  const [, kind, value = ''] = /^\{"(bigint|date|set|map|bytes)":(.*)\}$/.exec(text) ?? [];
  switch (kind) {
    case undefined:
      return text;
    case 'bigint':
      return value.replaceAll('"', '');
    case 'date':
      return new Date(Number(value)).toISOString();
    default:
      return value;
  }
}

function countFacts({ min, max }: { readonly min?: number; readonly max?: number }, what: string): string[] {
  if (min !== undefined && min === max) return [counted('exactly', min, what)];
  return [
    ...(min === undefined ? [] : [counted('at least', min, what)]),
    ...(max === undefined ? [] : [counted('at most', max, what)]),
  ];
}

function counted(words: string, count: number, what: string): string {
  const plural = what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${words} ${count} ${count === 1 ? what : plural}`;
}

function fact(words: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${words} ${value}`];
}

function momentText(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
