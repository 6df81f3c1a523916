import { checkAny, FORBIDDEN_KEY, TOO_DEEP } from './check-any.ts';
import {
  type Checker,
  checkBigint,
  checkBytes,
  checkDate,
  checkLiteral,
  checkNumber,
  checkString,
  fail,
  mismatch,
} from './check-scalar.ts';
import { checkArray, checkMap, checkSet, checkTuple } from './check-list.ts';
import { checkObject, isObject } from './check-object.ts';
import { checkUnion } from './check-union.ts';
import { mergeObjects } from './merge-objects.ts';
import type { Env } from './run.ts';
import { type IntersectionShape, type RecordShape, recordValue, type Shape } from './shape.ts';
import type { Form } from './value-class.ts';

/** Compiles shapes to closures that tell whether a value fits. */
export class CheckerCompiler {
  readonly env: Env;
  readonly form: Form;
  readonly #refs = new Map<string, { checker: Checker }>();

  constructor(env: Env, form: Form) {
    this.env = env;
    this.form = form;
  }

  compile(shape: Shape): Checker {
    switch (shape.kind) {
      case 'any':
        return this.form === 'wire' ? () => true : checkAny(this.env.run);
      case 'never':
        return (value, issues) => mismatch(issues, 'nothing', value);
      case 'string':
        return checkString(shape);
      case 'template':
        return checkString({ kind: 'string' });
      case 'number':
        return checkNumber(shape, this.form);
      case 'bigint':
        return checkBigint(shape, this.form);
      case 'boolean':
        return (value, issues) => typeof value === 'boolean' || mismatch(issues, 'true or false', value);
      case 'null':
        return (value, issues) => value === null || mismatch(issues, 'null', value);
      case 'undefined':
        return this.#undefined();
      case 'literal':
      case 'enum':
        return checkLiteral(shape, this.form);
      case 'date':
        return checkDate(shape);
      case 'bytes':
        return checkBytes(shape);
      case 'array':
        return checkArray(shape, this.compile(shape.items), this.env.run);
      case 'tuple':
        return checkTuple(shape, this);
      case 'record':
        return this.#record(shape);
      case 'map':
        return checkMap(shape, this);
      case 'set':
        return checkSet(shape, this);
      case 'object':
        return checkObject(shape, this);
      case 'union':
        return checkUnion(shape, this);
      case 'intersection':
        return this.#intersection(shape);
      case 'nullable': {
        const of = this.compile(shape.of);
        return (value, issues) => value === null || of(value, issues);
      }
      case 'ref':
        return this.#ref(shape.name);
      default:
        return unknownKind(shape);
    }
  }

  #intersection(shape: IntersectionShape): Checker {
    const merged = mergeObjects(shape, this.env.shapes);
    return merged === undefined ? both(this.compile(shape.left), this.compile(shape.right)) : this.compile(merged);
  }

  #undefined(): Checker {
    if (this.form === 'wire') return (value) => value === undefined || value === null;
    return (value, issues) => value === undefined || mismatch(issues, 'nothing', value);
  }

  #record(shape: RecordShape): Checker {
    const key = this.compile(shape.key);
    const isLoose = shape.loose === true;
    const item = this.compile(recordValue(shape));
    const { run } = this.env;
    return (value, issues) => {
      if (!isObject(value)) return mismatch(issues, 'an object', value);
      const names = Object.keys(value);
      if (!run.spend(names.length)) return fail(issues, TOO_DEEP);
      let fine = true;
      for (const name of names) {
        issues?.enter(name);
        if (name === '__proto__') fine = fail(issues, FORBIDDEN_KEY);
        // Keys of objects are strings; a schema may want them as the numbers they spell.
        else if (!isLoose && !key(name, undefined) && !key(Number(name), undefined)) fine = key(name, issues);
        else if (!item(value[name], issues)) fine = false;
        issues?.leave();
        if (!fine && issues?.isFull !== false) return false;
      }
      return fine;
    };
  }

  /** Refs are compiled once and looked up at the first call, so that a shape may contain itself. */
  #ref(name: string): Checker {
    let cell = this.#refs.get(name);
    if (cell === undefined) {
      cell = { checker: () => true };
      this.#refs.set(name, cell);
      const target = this.env.shapes[name];
      if (target === undefined) throw new Error(`Shape "${name}" is referred to but not defined.`);
      cell.checker = this.compile(target);
    }
    const found = cell;
    const { run } = this.env;
    return (value, issues) => {
      const fine = run.enter() ? found.checker(value, issues) : fail(issues, TOO_DEEP);
      run.leave();
      return fine;
    };
  }
}

function both(left: Checker, right: Checker): Checker {
  return (value, issues) => {
    const fits = left(value, issues);
    return (fits || issues !== undefined) && right(value, issues) && fits;
  };
}

/** A newer descriptor may know kinds that this version does not: the worker checks them. */
function unknownKind(_shape: never): Checker {
  return () => true;
}
