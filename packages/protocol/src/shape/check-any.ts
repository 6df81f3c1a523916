import type { Checker } from './check-scalar.ts';
import { fail } from './check-scalar.ts';
import { type IssueList, kindText } from './issues.ts';
import type { Run } from './run.ts';
import {
  ARRAY,
  BIGINT,
  BOOLEAN,
  BYTES,
  classOf,
  DATE,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  UNDEFINED,
} from './value-class.ts';

/** Accepts what goes through MessagePack and comes back the same without a schema. */
export function checkAny(run: Run): Checker {
  return (value, issues) => (value === undefined ? fail(issues, 'required') : checkPart(value, issues, run));
}

/**
 * Accepts what the encoder writes as it is.
 *
 * It makes something of nearly everything else: of a Map an object, of a function nothing, of an array of 16-bit
 * numbers twice as many bytes as it may read.
 */
export function checkPlain(run: Run): Checker {
  return (value, issues) => checkPart(value, issues, run);
}

function checkPart(value: unknown, issues: IssueList | undefined, run: Run): boolean {
  const valueClass = classOf(value);
  if (((1 << valueClass) & PLAIN) !== 0) return true;
  switch (valueClass) {
    case BIGINT:
      return fitsInt64(value as bigint) || fail(issues, 'a bigint without a schema must fit 64 bits');
    case DATE:
      return !Number.isNaN((value as Date).getTime()) || fail(issues, 'an invalid Date');
    case ARRAY:
      return checkParts(value as unknown[], issues, run);
    case OBJECT:
      if (isPlainObject(value as object)) return checkParts(value as Record<string, unknown>, issues, run);
      break;
    default:
  }
  return fail(issues, `${kindText(value)} needs a schema: only plain data can be sent without one`);
}

function checkParts(parts: unknown[] | Record<string, unknown>, issues: IssueList | undefined, run: Run): boolean {
  if (!run.enter()) {
    run.leave();
    return fail(issues, TOO_DEEP);
  }
  let fine = true;
  const keys = Array.isArray(parts) ? undefined : Object.keys(parts);
  const count = keys === undefined ? (parts as unknown[]).length : keys.length;
  if (!run.spend(count)) fine = fail(issues, TOO_DEEP);
  for (let i = 0; i < count && (fine || issues?.isFull === false); i++) {
    const key = keys === undefined ? i : (keys[i] as string);
    issues?.enter(key);
    if (key === '__proto__') fine = fail(issues, FORBIDDEN_KEY);
    else if (!checkPart((parts as Record<string | number, unknown>)[key], issues, run)) fine = false;
    issues?.leave();
  }
  run.leave();
  return fine;
}

/** Whether an object is a plain one, from this realm or another. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a bigint goes as a MessagePack integer. */
export function fitsInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** A decoder that assigns it to a plain object changes that object's prototype. */
export const FORBIDDEN_KEY = 'a key of this name is never sent';

export const TOO_DEEP = 'nested too deeply, or larger than any message';

/** `undefined` is left out of objects and becomes null in arrays, as in JSON. */
const PLAIN = (1 << STRING) | (1 << NUMBER) | (1 << BOOLEAN) | (1 << NULL) | (1 << UNDEFINED) | (1 << BYTES);
