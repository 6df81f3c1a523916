/** All kinds of changes that are told apart, by a name that stays. Each says whom it harms, and what it means. */
export const DIFF_RULES = {
  'service-added': { harms: 'nobody', what: 'a service is new' },
  'service-removed': { harms: 'callers', what: 'a service is gone, so nobody answers its callers' },
  'version-changed': { harms: 'nobody', what: 'the version that the author gave the service; it is for people' },
  'method-added': {
    harms: 'nobody',
    what: 'a method is new; a caller of it needs a worker that has it, and is told so at once',
  },
  'method-removed': { harms: 'callers', what: 'a method is gone, or has another name' },
  'idempotent-added': {
    harms: 'nobody',
    what: 'calls may be started again; the broker does so only if worker and caller say it',
  },
  'idempotent-removed': { harms: 'callers', what: 'calls that were started again after a loss fail instead' },
  'key-added': {
    harms: 'workers',
    what: 'callers count on one result for each key, which an old worker does not know of',
  },
  'key-removed': { harms: 'callers', what: 'callers counted on one result for each key' },
  'key-changed': { harms: 'both', what: 'callers and workers take different calls for the same' },
  'timeout-changed': {
    harms: 'nobody',
    what: 'how long a call may take; every caller keeps the time of its own stubs',
  },
  'lease-changed': { harms: 'nobody', what: 'how long a handler may be silent; it is between a worker and its broker' },
  'finish-added': { harms: 'nobody', what: 'handlers go on when their caller has gone' },
  'finish-removed': {
    harms: 'doubt',
    what: 'handlers are told to stop when their caller has gone, who may have counted on the work',
  },
  'error-added': {
    harms: 'callers',
    what: 'a worker reports a failure of which old callers do not know the name and the data',
  },
  'error-removed': { harms: 'workers', what: 'an old worker still reports a failure that new callers do not know' },
  'error-code-changed': { harms: 'both', what: 'the same failure comes with another code' },
  'error-data-added': { harms: 'shape', what: 'a failure brings data' },
  'error-data-removed': { harms: 'shape', what: 'a failure brings no data any more' },
  'doc-changed': { harms: 'nobody', what: 'what is written about it' },
  'type-renamed': {
    harms: 'nobody',
    what: 'a type has another name in the generated code; the wire knows no names of types',
  },
  'type-changed': { harms: 'shape', what: 'another kind of value' },
  'nullable-added': { harms: 'shape', what: 'null is a value' },
  'nullable-removed': { harms: 'shape', what: 'null is no value any more' },
  'optional-added': { harms: 'shape', what: 'there may be no value, at a place that is no field' },
  'optional-removed': { harms: 'shape', what: 'there must be a value, at a place that is no field' },
  'field-added': { harms: 'shape', what: 'a field is new, and may be absent' },
  'required-field-added': { harms: 'shape', what: 'a field is new, and must be there' },
  'field-removed': { harms: 'shape', what: 'a field that might be absent is gone, or has another name' },
  'required-field-removed': { harms: 'shape', what: 'a field that had to be there is gone, or has another name' },
  'field-became-optional': { harms: 'shape', what: 'a field may be absent' },
  'field-became-required': { harms: 'shape', what: 'a field must be there' },
  'unknown-fields-changed': {
    harms: 'shape',
    what: 'other fields are dropped, refused or let through where they were not',
  },
  'catchall-added': { harms: 'shape', what: 'other fields are let through if they have a shape' },
  'catchall-removed': { harms: 'shape', what: 'other fields have no shape of their own any more' },
  'enum-value-added': { harms: 'shape', what: 'one more value of an enum' },
  'enum-value-removed': { harms: 'shape', what: 'a value of an enum is gone, or has another name' },
  'literal-added': { harms: 'shape', what: 'one more constant' },
  'literal-removed': { harms: 'shape', what: 'a constant is gone, or is another one' },
  'union-option-added': { harms: 'shape', what: 'one more alternative' },
  'union-option-removed': { harms: 'shape', what: 'an alternative is gone' },
  'discriminator-changed': {
    harms: 'nobody',
    what: 'another field tells the alternatives apart; their values are compared besides',
  },
  'range-widened': { harms: 'shape', what: 'more numbers, bigints or moments fit' },
  'range-narrowed': { harms: 'shape', what: 'fewer numbers, bigints or moments fit' },
  'range-moved': { harms: 'shape', what: 'other numbers, bigints or moments fit' },
  'length-widened': { harms: 'shape', what: 'strings, bytes, lists, sets or maps may be of more lengths' },
  'length-narrowed': { harms: 'shape', what: 'strings, bytes, lists, sets or maps may be of fewer lengths' },
  'length-moved': { harms: 'shape', what: 'strings, bytes, lists, sets or maps are of other lengths' },
  'integer-added': { harms: 'shape', what: 'only whole numbers fit' },
  'integer-removed': { harms: 'shape', what: 'not only whole numbers fit' },
  'multiple-of-added': { harms: 'shape', what: 'numbers must be multiples of a step' },
  'multiple-of-removed': { harms: 'shape', what: 'numbers need not be multiples of a step' },
  'multiple-of-changed': { harms: 'shape', what: 'numbers must be multiples of another step' },
  'format-added': { harms: 'shape', what: 'a string has a format' },
  'format-removed': { harms: 'shape', what: 'a string has no format any more' },
  'format-changed': { harms: 'shape', what: 'a string has another format, or the same with other options' },
  'pattern-added': {
    harms: 'shape',
    what: 'a string must match a pattern; it harms if an example is refused, else it is doubtful',
  },
  'pattern-removed': { harms: 'shape', what: 'a string need not match a pattern' },
  'pattern-changed': { harms: 'doubt', what: 'a string must match another pattern' },
  'template-changed': { harms: 'doubt', what: 'a template literal has other parts' },
  'tuple-item-added': { harms: 'shape', what: 'a tuple has one more item' },
  'tuple-item-removed': { harms: 'shape', what: 'a tuple has one item less' },
  'tuple-item-became-optional': { harms: 'shape', what: 'a tuple may end earlier' },
  'tuple-item-became-required': { harms: 'shape', what: 'a tuple must be longer' },
  'tuple-rest-added': { harms: 'shape', what: 'more may follow the items of a tuple' },
  'tuple-rest-removed': { harms: 'shape', what: 'nothing may follow the items of a tuple' },
  'default-added': { harms: 'nobody', what: 'a value stands in for an absent one' },
  'default-removed': { harms: 'doubt', what: 'no value stands in for an absent one' },
  'default-changed': {
    harms: 'doubt',
    what: 'another value stands in for an absent one, so a call that leaves it out means another thing',
  },
  'catch-added': { harms: 'shape', what: 'a value stands in for a wrong one' },
  'catch-removed': { harms: 'shape', what: 'no value stands in for a wrong one' },
  'catch-changed': { harms: 'doubt', what: 'another value stands in for a wrong one' },
  'refinement-added': { harms: 'doubt', what: 'values must pass code, or a check that only the worker makes' },
  'refinement-removed': { harms: 'doubt', what: 'values need not pass some code any more' },
  'refinement-changed': { harms: 'doubt', what: 'values must pass other code' },
  'transform-added': { harms: 'doubt', what: 'the worker makes something else of the values, and may refuse some' },
  'transform-removed': { harms: 'doubt', what: 'the worker takes the values as they are' },
  'transform-changed': { harms: 'doubt', what: 'the worker makes something else of the values than before' },
} as const;

export type RuleName = keyof typeof DIFF_RULES;

/** `shape`: it depends on where it is, and is proved from the two shapes. `doubt`: not proved where it matters. */
export type Harms = 'nobody' | 'callers' | 'workers' | 'both' | 'shape' | 'doubt';

export interface RuleRow {
  readonly harms: Harms;
  readonly what: string;
}
