import type { Change } from '../diff/change.ts';
import type { RuleName } from '../diff/rules.ts';

/** A change of a method in words, for who is refused because of it: "field `x` became required". */
export function changeWords({ rule, path, old, new: fresh }: Change, method: string): string {
  const [what, ...rest] = WORDS[rule].split('{}');
  const words = [what, ...rest].join(placeOf(path.slice(method.length + 1)));
  if (old === undefined || fresh === undefined) return words;
  return `${words} (${cut(old)} → ${cut(fresh)})`;
}

/** A place as people call it. What a caller sends needs no further words. */
function placeOf(path: string): string {
  const [, way = '', error, rest = ''] = /^(input|output|errors\.([^.[]+))\.?(.*)$/s.exec(path) ?? [];
  if (way === '') return 'the method';
  const whole = error === undefined ? WHOLES[way] : `error \`${error}\``;
  if (rest === '') return whole ?? path;
  return `field \`${rest}\`${way === 'input' ? '' : ` of ${whole}`}`;
}

const WHOLES: Readonly<Record<string, string>> = { input: 'the input', output: 'the reply' };

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > TEXT_LENGTH_MAX ? `${line.slice(0, TEXT_LENGTH_MAX - 1)}…` : line;
}

/** It is to stand in one line with the rest of an error. */
const TEXT_LENGTH_MAX = 32;

/** `{}` is the place. */
const WORDS: Readonly<Record<RuleName, string>> = {
  'service-added': 'the service is new',
  'service-removed': 'the service is gone',
  'version-changed': 'the service got another version',
  'method-added': 'the method is new',
  'method-removed': 'the method is gone',
  'idempotent-added': 'the method became idempotent',
  'idempotent-removed': 'the method is no longer idempotent',
  'key-added': 'the method got a key',
  'key-removed': 'the method has no key any more',
  'key-changed': 'the method got another key',
  'timeout-changed': 'the timeout changed',
  'lease-changed': 'the lease changed',
  'finish-added': 'the handler goes on without its caller',
  'finish-removed': 'the handler no longer goes on without its caller',
  'error-added': '{} was added',
  'error-removed': '{} was removed',
  'error-code-changed': '{} got another code',
  'error-data-added': '{} got data',
  'error-data-removed': '{} has no data any more',
  'doc-changed': 'what is written about {} changed',
  'type-renamed': 'the type of {} got another name',
  'type-changed': '{} became another kind of value',
  'nullable-added': '{} may be null',
  'nullable-removed': '{} must not be null any more',
  'optional-added': '{} may be absent',
  'optional-removed': '{} must not be absent any more',
  'field-added': '{} was added',
  'required-field-added': '{} was added, and is required',
  'field-removed': '{} was removed',
  'required-field-removed': '{} was removed',
  'field-became-optional': '{} became optional',
  'field-became-required': '{} became required',
  'unknown-fields-changed': 'other fields of {} are treated in another way',
  'catchall-added': 'other fields of {} must have a shape',
  'catchall-removed': 'other fields of {} have no shape any more',
  'enum-value-added': '{} got one more value',
  'enum-value-removed': '{} lost a value',
  'literal-added': '{} got one more value',
  'literal-removed': '{} lost a value',
  'union-option-added': '{} got one more alternative',
  'union-option-removed': '{} lost an alternative',
  'discriminator-changed': 'another field tells the alternatives of {} apart',
  'range-widened': 'the range of {} was widened',
  'range-narrowed': 'the range of {} was narrowed',
  'range-moved': 'the range of {} changed',
  'length-widened': 'the length of {} was widened',
  'length-narrowed': 'the length of {} was narrowed',
  'length-moved': 'the length of {} changed',
  'integer-added': '{} became an integer',
  'integer-removed': '{} is no longer an integer',
  'multiple-of-added': '{} must be a multiple of a step',
  'multiple-of-removed': '{} need not be a multiple of a step any more',
  'multiple-of-changed': 'the step of {} changed',
  'format-added': '{} got a format',
  'format-removed': '{} has no format any more',
  'format-changed': 'the format of {} changed',
  'pattern-added': '{} must match a pattern',
  'pattern-removed': '{} need not match a pattern any more',
  'pattern-changed': 'the pattern of {} changed',
  'template-changed': 'the template of {} changed',
  'tuple-item-added': '{} got one more item',
  'tuple-item-removed': '{} lost an item',
  'tuple-item-became-optional': '{} became optional',
  'tuple-item-became-required': '{} became required',
  'tuple-rest-added': 'more items may follow in {}',
  'tuple-rest-removed': 'no more items may follow in {}',
  'default-added': '{} got a default',
  'default-removed': '{} has no default any more',
  'default-changed': 'the default of {} changed',
  'catch-added': 'a wrong value of {} is replaced',
  'catch-removed': 'a wrong value of {} is no longer replaced',
  'catch-changed': 'what replaces a wrong value of {} changed',
  'refinement-added': '{} got a check of its own',
  'refinement-removed': '{} lost a check',
  'refinement-changed': 'a check of {} changed',
  'transform-added': '{} got a transform',
  'transform-removed': '{} lost a transform',
  'transform-changed': 'the transform of {} changed',
};
