import type { Shape } from '@reeve/protocol';
import { all, type Fit } from './fit.ts';
import { splitRule, without } from './rule-text.ts';

/**
 * Whether what a sender sends passes the rules of a receiver.
 *
 * A rule that the sender keeps too is passed. Of others an example that is refused disproves it; code stays unknown.
 */
export function rulesFit(sender: Shape, receiver: Shape): Fit {
  const own = sender.rules ?? [];
  return all(without(receiver.rules ?? [], own).map((rule) => ruleFit(sender, rule)));
}

/** One rule that the sender does not keep. */
export function ruleFit(sender: Shape, rule: string): Fit {
  const [word, value] = splitRule(rule);
  if (HARMLESS.has(word)) return 'yes';
  if (word === 'multiple-of') return multipleFit(sender, Number(value));
  if (word === 'pattern') return patternFit(sender, value);
  return 'unknown';
}

function multipleFit(sender: Shape, of: number): Fit {
  const factors = (sender.rules ?? []).flatMap((rule) => {
    const [word, value] = splitRule(rule);
    return word === 'multiple-of' ? [Number(value)] : [];
  });
  if (factors.some((factor) => Number.isInteger(factor / of))) return 'yes';
  if (sender.kind === 'number' && sender.int === true && of === 1) return 'yes';
  return hasRules(sender, 'multiple-of') ? 'unknown' : 'no';
}

/** Tries short strings: those that a plain string of this length may be. */
function patternFit(sender: Shape, value: string): Fit {
  const end = value.lastIndexOf('/');
  const pattern = patternOf(value.slice(1, end), value.slice(end + 1));
  if (pattern === undefined || sender.kind !== 'string' || sender.format !== undefined) return 'unknown';
  if (hasRules(sender)) return 'unknown';
  const { min = 0, max = Infinity } = sender;
  const refused = SAMPLES.map((sample) => sample.repeat(Math.max(1, min))).some((sample) => {
    pattern.lastIndex = 0;
    return Array.from(sample).length <= max && !pattern.test(sample);
  });
  return refused ? 'no' : 'unknown';
}

function patternOf(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined; // a newer engine has written it
  }
}

/** With rules of its own, nobody knows which examples the sender may send. */
function hasRules({ rules = [] }: Shape, except?: string): boolean {
  return rules.some((rule) => ![except, 'catch', 'default'].includes(splitRule(rule)[0]));
}

/** Rules that refuse nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['catch', 'default']);

/** One character each, of kinds that patterns are about. */
const SAMPLES: readonly string[] = ['a', 'Z', '7', ' ', '-', '_', 'é', '\u{1F600}'];
