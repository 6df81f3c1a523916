import type { Shape } from '@reeve/protocol';
import type { ShapeDiff } from './diff-shape.ts';
import type { Fit } from './fit.ts';
import type { Texts } from './report.ts';
import { ruleFit } from './rules-fit.ts';
import { splitRule, without } from './rule-text.ts';
import type { RuleName } from './rules.ts';

/** Compares what only the worker checks or does at one place. */
export function diffRules(diff: ShapeDiff, old: Shape, fresh: Shape, path: string): void {
  const gone = wordsOf(without(old.rules ?? [], fresh.rules ?? []));
  const added = wordsOf(without(fresh.rules ?? [], old.rules ?? []));
  for (const [word, name] of WORDS) {
    const [was, is] = [gone.get(word) ?? [], added.get(word) ?? []];
    for (let index = 0; index < Math.max(was.length, is.length); index++) {
      addRule(diff, { name, old, fresh, was: was[index], is: is[index] }, path);
    }
  }
}

interface RuleChange {
  readonly name: string;
  readonly old: Shape;
  readonly fresh: Shape;
  readonly was: string | undefined;
  readonly is: string | undefined;
}

function addRule(diff: ShapeDiff, { name, old, fresh, was, is }: RuleChange, path: string): void {
  const how = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
  const rule = (name === 'format-options' ? 'format-changed' : `${name}-${how}`) as RuleName;
  const texts: Texts = { old: textOf(was), new: textOf(is) };
  const forward: Fit = is === undefined ? 'yes' : ruleFit(old, is);
  const backward: Fit = was === undefined ? 'yes' : ruleFit(fresh, was);
  if (name === 'default') {
    // What stands in for an absent value is the worker's matter: a reply has it already.
    if (diff.way === 'input') diff.add(rule, path, texts);
  } else if (name === 'transform') diff.add(rule, path, texts);
  else if (name === 'catch') diff.addFits(rule, path, catchFits(was, is), texts);
  else diff.addFits(rule, path, { forward, backward }, texts);
}

/** Where a wrong value is forgiven, one may have been sent. */
function catchFits(was: string | undefined, is: string | undefined): { forward: Fit; backward: Fit } {
  return { forward: was === undefined ? 'yes' : 'unknown', backward: is === undefined ? 'yes' : 'unknown' };
}

function wordsOf(rules: readonly string[]): ReadonlyMap<string, string[]> {
  const words = new Map<string, string[]>();
  for (const rule of rules) {
    const [word] = splitRule(rule);
    words.set(word, [...(words.get(word) ?? []), rule]);
  }
  return words;
}

/** The value of a rule, where people can read it. */
function textOf(rule: string | undefined): string | undefined {
  if (rule === undefined) return undefined;
  const [word, value] = splitRule(rule);
  return CODE.has(word) ? `code ${value}` : value;
}

/** Words of rules, and how changes of them are called. */
const WORDS: readonly (readonly [word: string, name: string])[] = [
  ['multiple-of', 'multiple-of'],
  ['pattern', 'pattern'],
  ['format-options', 'format-options'],
  ['refine', 'refinement'],
  ['check', 'refinement'],
  ['transform', 'transform'],
  ['default', 'default'],
  ['catch', 'catch'],
];

const CODE: ReadonlySet<string> = new Set(['refine', 'transform']);
