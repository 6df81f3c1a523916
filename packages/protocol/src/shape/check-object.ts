import { FORBIDDEN_KEY, TOO_DEEP } from './check-any.ts';
import { type Checker, fail, mismatch } from './check-scalar.ts';
import type { CheckerCompiler } from './check.ts';
import { type IssueList, isPromise } from './issues.ts';
import type { Run } from './run.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { classOf, OBJECT } from './value-class.ts';

export function checkObject(shape: ObjectShape, compiler: CheckerCompiler): Checker {
  const fields = fieldsOf(shape);
  const { names, optional } = fields;
  const checkers = names.map((name) => compiler.compile(shape.fields[name] as Shape));
  const others = checkOthers(shape, compiler);
  return (value, issues) => {
    if (!isObject(value)) return mismatch(issues, 'an object', value);
    let fine = true;
    for (let i = 0; i < names.length; i++) {
      const field = readField(value, fields, i);
      if (field === undefined && optional[i] === true) continue;
      if (issues === undefined) {
        if (!(checkers[i] as Checker)(field, undefined)) return false;
      } else {
        issues.enter(names[i] as string);
        if (!(checkers[i] as Checker)(field, issues)) fine = false;
        issues.leave();
        if (!fine && issues.isFull) return false;
      }
    }
    return others === undefined ? fine : others(value, issues) && fine;
  };
}

/** What the closures of an object need to know about its fields, in the order of declaration. */
export interface Fields {
  readonly names: readonly string[];
  /** Whether the field may be absent. */
  readonly optional: readonly boolean[];
  /** Whether every object inherits something of that name, such as `constructor`. */
  readonly inherited: readonly boolean[];
}

/** The declared fields. `__proto__` is never one. */
export function fieldsOf(shape: ObjectShape): Fields {
  const names = Object.keys(shape.fields).filter((name) => name !== '__proto__');
  return {
    names,
    optional: names.map((name) => shape.optional?.includes(name) === true),
    inherited: names.map((name) => name in Object.prototype),
  };
}

/**
 * Whether a value has named fields: a plain object or some class's instance, but no array, Date, bytes, Map or Set.
 * A promise that somebody forgot to wait for would be an empty object.
 */
export function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.getPrototypeOf(value) === Object.prototype) return true;
  return classOf(value) === OBJECT && !isPromise(value);
}

/** Reads a declared field. What every object inherits is no field. */
export function readField(value: Record<string, unknown>, fields: Fields, index: number): unknown {
  const name = fields.names[index] as string;
  return fields.inherited[index] !== true || Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Checks fields that are not declared; undefined if they do not matter. */
function checkOthers(shape: ObjectShape, compiler: CheckerCompiler): Checker | undefined {
  const declared: ReadonlySet<string> = new Set(Object.keys(shape.fields));
  const { run } = compiler.env;
  if (shape.catchall !== undefined) return checkEachOther(declared, compiler.compile(shape.catchall), run);
  if (shape.unknown === 'loose') return checkEachOther(declared, compiler.compile({ kind: 'any' }), run);
  if (shape.unknown !== 'strict') return undefined;
  return (value, issues) => {
    let fine = true;
    for (const name in value as object) {
      if (declared.has(name)) continue;
      fine = failAt(issues, name, 'unknown field');
      if (issues?.isFull !== false) return false;
    }
    return fine;
  };
}

function checkEachOther(declared: ReadonlySet<string>, item: Checker, run: Run): Checker {
  return (value, issues) => {
    const names = Object.keys(value as object);
    if (!run.spend(names.length)) return fail(issues, TOO_DEEP);
    let fine = true;
    for (const name of names) {
      if (declared.has(name)) continue;
      const other = (value as Record<string, unknown>)[name];
      issues?.enter(name);
      if (name === '__proto__') fine = fail(issues, FORBIDDEN_KEY);
      else if (other !== undefined && !item(other, issues)) fine = false;
      issues?.leave();
      if (!fine && issues?.isFull !== false) return false;
    }
    return fine;
  };
}

function failAt(issues: IssueList | undefined, name: string, message: string): false {
  issues?.enter(name);
  issues?.add(message);
  issues?.leave();
  return false;
}
