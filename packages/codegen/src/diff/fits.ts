import type { ObjectShape, RecordShape, Shape, TemplateShape, TupleShape } from '@reeve/protocol';
import { rangeWithin } from './bounds-fit.ts';
import { all, type Fit, fitIf } from './fit.ts';
import { formatFit } from './format-fit.ts';
import { extraFit, extraOf, fieldFit, fieldOf, isOptional } from './object-fit.ts';
import { mergedObject } from './merged-object.ts';
import { objectInRecord, recordInObject } from './record-fit.ts';
import { rulesFit } from './rules-fit.ts';
import { constantFit, constantsOf } from './value-fit.ts';
import { type FindShape, resolve, viewOf } from './view.ts';

/**
 * Proves that whatever fits one shape fits another, each with its own named types.
 *
 * A pair of shapes that is met again while it is being looked at is taken to fit: if it does not, some other part of it
 * says so. What was concluded from such a guess is kept only once the guess is settled.
 */
export class Fits {
  readonly #sender: FindShape;
  readonly #receiver: FindShape;
  readonly #numbers = new Map<Shape, number>();
  readonly #settled = new Map<string, Fit>();
  /** Pairs being looked at, by their depth. */
  readonly #open = new Map<string, number>();
  /** Least depth of a pair that was guessed. */
  #guessed = Infinity;
  #steps = 0;

  constructor(sender: FindShape, receiver: FindShape) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  fit(sender: Shape, receiver: Shape): Fit {
    const pair = `${this.#numberOf(sender)} ${this.#numberOf(receiver)}`;
    const known = this.#settled.get(pair);
    if (known !== undefined) return known;
    const guess = this.#open.get(pair);
    if (guess !== undefined) {
      this.#guessed = Math.min(this.#guessed, guess);
      return 'yes';
    }
    if (++this.#steps > STEPS_MAX || this.#open.size > DEPTH_MAX) return 'unknown';
    return this.#fitPair(pair, sender, receiver);
  }

  #fitPair(pair: string, sender: Shape, receiver: Shape): Fit {
    const before = this.#guessed;
    const depth = this.#open.size;
    this.#guessed = Infinity;
    this.#open.set(pair, depth);
    const fit = this.#fitShapes(sender, receiver);
    this.#open.delete(pair);
    if (this.#guessed >= depth) {
      this.#settled.set(pair, fit);
      this.#guessed = Infinity;
    }
    this.#guessed = Math.min(before, this.#guessed);
    return fit;
  }

  #numberOf(shape: Shape): number {
    const number = this.#numbers.get(shape) ?? this.#numbers.size;
    this.#numbers.set(shape, number);
    return number;
  }

  #fitShapes(sender: Shape, receiver: Shape): Fit {
    const [own, other] = [viewOf(sender, this.#sender), viewOf(receiver, this.#receiver)];
    const takesAll = other.options.some((option) => option.kind === 'any');
    const rules = rulesFit({ kind: 'any', rules: own.rules }, { kind: 'any', rules: other.rules });
    return all([
      own.isNullable ? fitIf(other.isNullable || takesAll) : 'yes',
      own.isOptional ? fitIf(other.isOptional || takesAll) : 'yes',
      ...own.options.map((option) => this.#fitOption(resolve(option, this.#sender), other.options)),
      rules,
    ]);
  }

  #fitOption(option: Shape, receivers: readonly Shape[]): Fit {
    const constants = constantsOf(option);
    if (constants !== undefined) {
      return all(constants.map((value) => best(receivers.map((one) => constantFit(value, this.#target(one))))));
    }
    if (option.kind === 'boolean' && receivers.length > 1) {
      const each = [true, false].map((value) => best(receivers.map((one) => constantFit(value, this.#target(one)))));
      if (all(each) === 'yes') return 'yes';
    }
    const fits: Fit[] = [];
    for (const receiver of receivers) {
      const fit = this.#fitOne(option, this.#target(receiver));
      if (fit === 'yes') return 'yes';
      fits.push(fit);
    }
    const alike = receivers.filter((receiver) => this.#mayOverlap(option, this.#target(receiver)));
    if (alike.length === 0 || this.#allLackFields(option, alike)) return 'no';
    // Each of several may refuse another value, and together they take all.
    return alike.length > 1 ? 'unknown' : best(fits);
  }

  /** Objects do not if a field of both has to hold another constant in each. */
  #mayOverlap(sender: Shape, receiver: Shape): boolean {
    if (sender.kind !== 'object' || receiver.kind !== 'object') return areKindsAlike(sender, receiver);
    return Object.entries(sender.fields).every(([name, field]) => {
      const other = fieldOf(receiver, name);
      if (other === undefined || isOptional(sender, name) || isOptional(receiver, name)) return true;
      const sent = constantsOf(resolve(field, this.#sender));
      const taken = constantsOf(this.#target(other));
      return sent === undefined || taken === undefined || sent.some((value) => taken.includes(value));
    });
  }

  /** Whether each receiver needs a field that the sender need not send: an object without all of these fits none. */
  #allLackFields(sender: Shape, receivers: readonly Shape[]): boolean {
    // With rules, nobody knows whether it sends such an object.
    if (sender.kind !== 'object' || sender.rules !== undefined || extraOf(sender) !== undefined) return false;
    const isSent = (name: string): boolean => fieldOf(sender, name) !== undefined && !isOptional(sender, name);
    return receivers
      .map((one) => this.#target(one))
      .every((receiver) => {
        if (receiver.kind !== 'object') return false;
        return Object.keys(receiver.fields).some((name) => !isOptional(receiver, name) && !isSent(name));
      });
  }

  #target(shape: Shape): Shape {
    return resolve(shape, this.#receiver);
  }

  #fitOne(option: Shape, receiver: Shape): Fit {
    return all([this.#fitKinds(option, receiver), rulesFit(option, receiver)]);
  }

  #fitKinds(sender: Shape, receiver: Shape): Fit {
    if (receiver.kind === 'any') return LOWERED.has(sender.kind) ? 'unknown' : 'yes';
    const own = sender.kind === 'intersection' ? mergedObject(sender, this.#sender) : undefined;
    if (own !== undefined) return this.#fitOne(own, receiver);
    const other = receiver.kind === 'intersection' ? mergedObject(receiver, this.#receiver) : undefined;
    if (other !== undefined) return this.#fitOne(sender, other);
    if (receiver.kind === 'intersection') {
      return all([this.fit(sender, receiver.left), this.fit(sender, receiver.right)]);
    }
    if (sender.kind === 'intersection') {
      const sides = [this.fit(sender.left, receiver), this.fit(sender.right, receiver)];
      return sides.includes('yes') ? 'yes' : 'unknown';
    }
    if (sender.kind === 'any') return 'no';
    if (sender.kind === receiver.kind) return this.#fitSame(sender, receiver);
    if (sender.kind === 'template' && receiver.kind === 'string') {
      return (receiver.min ?? receiver.max ?? receiver.format) === undefined ? 'yes' : 'unknown';
    }
    if (sender.kind === 'object' && receiver.kind === 'record') return objectInRecord(this, sender, receiver);
    if (sender.kind === 'record' && receiver.kind === 'object') return recordInObject(this, sender, receiver);
    if (sender.kind === 'tuple' && receiver.kind === 'array') return this.#tupleInArray(sender, receiver);
    if (sender.kind === 'array' && receiver.kind === 'tuple') return this.#arrayInTuple(sender, receiver);
    return 'no';
  }

  #fitSame(sender: Shape, receiver: Shape): Fit {
    switch (sender.kind) {
      case 'string': {
        const other = receiver as typeof sender;
        return all([fitIf(rangeWithin(sender, other)), formatFit(sender.format, other.format)]);
      }
      case 'number': {
        const other = receiver as typeof sender;
        return all([fitIf(sender.int === true || other.int !== true), fitIf(rangeWithin(sender, other))]);
      }
      case 'bigint':
      case 'date':
      case 'bytes':
        return fitIf(rangeWithin(sender, receiver as typeof sender));
      case 'array':
      case 'set': {
        const other = receiver as typeof sender;
        return all([fitIf(rangeWithin(sender, other)), this.fit(sender.items, other.items)]);
      }
      case 'map': {
        const other = receiver as typeof sender;
        const size = fitIf(rangeWithin(sender, other));
        return all([size, this.fit(sender.key, other.key), this.fit(sender.value, other.value)]);
      }
      case 'record':
        return this.#records(sender, receiver as typeof sender);
      case 'tuple':
        return this.#tuples(sender, receiver as TupleShape);
      case 'object':
        return this.#objects(sender, receiver as ObjectShape);
      case 'template':
        return this.#templates(sender, receiver as typeof sender);
      default:
        return 'yes';
    }
  }

  /** Other keys than those of the schema are let through by a loose record, and refused by any other. */
  #records(sender: RecordShape, receiver: RecordShape): Fit {
    const keys = this.fit(sender.key, receiver.key);
    const others = sender.loose === true && receiver.loose !== true ? 'no' : 'yes';
    const isDoubt = receiver.loose === true && keys === 'no';
    return all([others, isDoubt ? 'unknown' : keys, this.fit(sender.value, receiver.value)]);
  }

  /** What differs elsewhere than in a part may come to the same text, or not. */
  #templates({ parts }: TemplateShape, { parts: others }: TemplateShape): Fit {
    const isWithin = (part: string | Shape, index: number): boolean => {
      const other = others[index];
      if (typeof part === 'string' || typeof other === 'string') return part === other;
      return other !== undefined && this.fit(part, other) === 'yes';
    };
    return parts.length === others.length && parts.every(isWithin) ? 'yes' : 'unknown';
  }

  #objects(sender: ObjectShape, receiver: ObjectShape): Fit {
    const names = new Set([...Object.keys(sender.fields), ...Object.keys(receiver.fields)]);
    return all([...[...names].map((name) => fieldFit(this, name, sender, receiver)), extraFit(this, sender, receiver)]);
  }

  #tuples(sender: TupleShape, receiver: TupleShape): Fit {
    const { items, required = items.length, rest } = sender;
    const { items: others, required: needed = others.length, rest: more } = receiver;
    const places = Math.max(items.length, others.length);
    return all([
      fitIf(required >= needed),
      ...Array.from({ length: places }, (_, index) => this.#tupleItem(items[index] ?? rest, others[index] ?? more)),
      rest === undefined ? 'yes' : this.#tupleItem(rest, more),
    ]);
  }

  #tupleItem(sent: Shape | undefined, taken: Shape | undefined): Fit {
    if (sent === undefined) return 'yes';
    return taken === undefined ? 'no' : this.fit(sent, taken);
  }

  #arrayInTuple({ items, min = 0, max = Infinity }: Shape & { kind: 'array' }, tuple: TupleShape): Fit {
    const { required = tuple.items.length, rest } = tuple;
    const isLong = min >= required && (rest !== undefined || max <= tuple.items.length);
    const taken = rest === undefined ? tuple.items : [...tuple.items, rest];
    return all([fitIf(isLong), ...taken.map((item) => this.fit(items, item))]);
  }

  #tupleInArray({ items, required = items.length, rest }: TupleShape, array: Shape & { kind: 'array' }): Fit {
    const length = { min: required, ...(rest === undefined ? { max: items.length } : {}) };
    const sent = rest === undefined ? items : [...items, rest];
    return all([fitIf(rangeWithin(length, array)), ...sent.map((item) => this.fit(item, array.items))]);
  }
}

/** The best of several ways to fit. */
function best(fits: readonly Fit[]): Fit {
  if (fits.includes('yes')) return 'yes';
  return fits.includes('unknown') ? 'unknown' : 'no';
}

/** Whether an option may take some of what a sender sends. */
function areKindsAlike(sender: Shape, receiver: Shape): boolean {
  if (sender.kind === receiver.kind || sender.kind === 'any' || receiver.kind === 'any') return true;
  const group = GROUPS.find((kinds) => kinds.includes(sender.kind));
  return group?.includes(receiver.kind) === true || sender.kind === 'intersection' || receiver.kind === 'intersection';
}

const GROUPS: readonly (readonly string[])[] = [
  ['string', 'template', 'enum', 'literal'],
  ['number', 'enum', 'literal'],
  ['boolean', 'literal'],
  ['object', 'record'],
  ['array', 'tuple'],
];

/** Kinds that arrive as another kind where there is no schema to say what they were. */
const LOWERED: ReadonlySet<string> = new Set(['bigint', 'map', 'set']);

/** A longer proof is given up. Contracts written by hand need hundreds of steps; this many take well under a second. */
const STEPS_MAX = 100_000;

/** So that the stack holds, however deep types are nested. */
const DEPTH_MAX = 200;
