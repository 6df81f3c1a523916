import type { Shape } from '@reeve/protocol';
import { rangeWithin } from './bounds-fit.ts';
import { type Fit, fitIf } from './fit.ts';
import { splitRule } from './rule-text.ts';

/** A constant of a literal or an enum. */
export type Constant = string | number | boolean | null;

/** The constants that a shape stands for, if it is nothing but constants. */
export function constantsOf(shape: Shape): readonly Constant[] | undefined {
  return shape.kind === 'literal' || shape.kind === 'enum' ? shape.values : undefined;
}

/** Whether one option takes a constant. Options within options are the caller's business. */
export function constantFit(value: Constant, option: Shape): Fit {
  const fit = shapeTakes(value, option);
  if (fit === 'no' || option.rules === undefined) return fit;
  return option.rules.some((rule) => splitRule(rule)[0] !== 'default') ? 'unknown' : fit;
}

function shapeTakes(value: Constant, option: Shape): Fit {
  const constants = constantsOf(option);
  if (constants !== undefined) return fitIf(constants.includes(value));
  if (option.kind === 'any') return 'yes';
  if (typeof value === 'boolean') return fitIf(option.kind === 'boolean');
  if (typeof value === 'number') return fitIf(option.kind === 'number' && takesNumber(value, option));
  if (typeof value !== 'string') return 'no';
  if (option.kind === 'template') return 'unknown';
  if (option.kind !== 'string') return 'no';
  const { length } = Array.from(value);
  const { min = 0, max = Infinity, format } = option;
  if (length < min || length > max) return 'no';
  return format === undefined ? 'yes' : 'unknown';
}

function takesNumber(value: number, shape: Shape & { kind: 'number' }): boolean {
  const isWhole = shape.int !== true || Number.isSafeInteger(value);
  return isWhole && rangeWithin({ kind: 'number', min: value, max: value }, shape);
}
