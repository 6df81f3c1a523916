import { type IssueList, kindText } from './issues.ts';
import type { BigintShape, BytesShape, DateShape, EnumShape, LiteralShape, NumberShape, StringShape } from './shape.ts';
import type { Form } from './value-class.ts';

/** Tells whether a value fits. With a list, also says what is wrong; without one it stops at the first mistake. */
export type Checker = (value: unknown, issues: IssueList | undefined) => boolean;

/** Reports what was expected and what kind of thing came instead. Always false. */
export function mismatch(issues: IssueList | undefined, expected: string, value: unknown): false {
  issues?.add(value === undefined ? `required: ${expected}` : `expected ${expected}, got ${kindText(value)}`);
  return false;
}

/** Reports a mistake. Always false. */
export function fail(issues: IssueList | undefined, message: string): false {
  issues?.add(message);
  return false;
}

export function checkString(shape: StringShape): Checker {
  const { min = 0, max = Infinity } = shape;
  if (min === 0 && max === Infinity) {
    return (value, issues) => typeof value === 'string' || mismatch(issues, 'a string', value);
  }
  return (value, issues) => {
    if (typeof value !== 'string') return mismatch(issues, 'a string', value);
    if (isLongerThan(value, max)) return fail(issues, `at most ${max} characters`);
    return min === 0 || isLongerThan(value, min - 1) || fail(issues, `at least ${min} characters`);
  };
}

export function checkNumber(shape: NumberShape, form: Form): Checker {
  const accepts = shape.int === true ? Number.isSafeInteger : Number.isFinite;
  const expected = shape.int === true ? 'an integer' : 'a number';
  const { min = -Infinity, max = Infinity, exclusiveMin = -Infinity, exclusiveMax = Infinity } = shape;
  const checked: Checker = (value, issues) => {
    if (typeof value !== 'number' || !accepts(value)) return mismatch(issues, expected, value);
    if (value >= min && value <= max && value > exclusiveMin && value < exclusiveMax) return true;
    return fail(issues, rangeText(shape));
  };
  if (form === 'value') return checked;
  return (value, issues) => checked(typeof value === 'bigint' ? Number(value) : value, issues);
}

export function checkBigint(shape: BigintShape, form: Form): Checker {
  const min = shape.min === undefined ? -BIGINT_MAX : BigInt(shape.min);
  const max = shape.max === undefined ? BIGINT_MAX : BigInt(shape.max);
  const checked: Checker = (value, issues) => {
    if (typeof value !== 'bigint') return mismatch(issues, 'a bigint', value);
    if (value < min) return fail(issues, shape.min === undefined ? BIGINT_TOO_LARGE : `at least ${shape.min}`);
    return value <= max || fail(issues, shape.max === undefined ? BIGINT_TOO_LARGE : `at most ${shape.max}`);
  };
  if (form === 'value') return checked;
  return (value, issues) => checked(bigintFromWire(value), issues);
}

/** The bigint that a decoded value stands for; the value itself if it stands for none. */
export function bigintFromWire(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' && value.length <= BIGINT_DIGITS_MAX + 1 && DECIMAL.test(value)) return BigInt(value);
  return value;
}

export function checkLiteral(shape: LiteralShape | EnumShape, form: Form): Checker {
  const values: ReadonlySet<unknown> = new Set(shape.values);
  const [first] = shape.values;
  const expected = listText(shape.values);
  if (values.size === 1) return (value, issues) => value === first || mismatch(issues, expected, value);
  const checked: Checker = (value, issues) => values.has(value) || mismatch(issues, expected, value);
  if (form === 'value') return checked;
  return (value, issues) => checked(typeof value === 'bigint' ? Number(value) : value, issues);
}

export function checkDate(shape: DateShape): Checker {
  const { min = -Infinity, max = Infinity } = shape;
  return (value, issues) => {
    if (!(value instanceof Date)) return mismatch(issues, 'a Date', value);
    const time = value.getTime();
    if (Number.isNaN(time)) return mismatch(issues, 'a Date', value);
    if (time < min) return fail(issues, `not before ${new Date(min).toISOString()}`);
    return time <= max || fail(issues, `not after ${new Date(max).toISOString()}`);
  };
}

export function checkBytes(shape: BytesShape): Checker {
  const { min = 0, max = Infinity } = shape;
  return (value, issues) => {
    if (!(value instanceof Uint8Array)) return mismatch(issues, 'bytes (a Uint8Array)', value);
    if (value.length > max) return fail(issues, `at most ${max} bytes`);
    return value.length >= min || fail(issues, `at least ${min} bytes`);
  };
}

/** Largest absolute value of a bigint on the wire. Reading digits takes more than linear time, so they are bounded. */
const BIGINT_DIGITS_MAX = 4_096;
export const BIGINT_MAX: bigint = 10n ** BigInt(BIGINT_DIGITS_MAX) - 1n;

/** In code points, which is how Zod counts. A code point is one or two units, so most strings need no counting. */
function isLongerThan(text: string, max: number): boolean {
  const units = text.length;
  if (units <= max) return false;
  if (units > max * 2) return true;
  let points = 0;
  for (let i = 0; i < units; i++, points++) {
    if (isPair(text, i)) i++;
  }
  return points > max;
}

function isPair(text: string, index: number): boolean {
  const lead = text.charCodeAt(index);
  if (lead < 0xd800 || lead > 0xdbff) return false;
  const trail = text.charCodeAt(index + 1);
  return trail >= 0xdc00 && trail <= 0xdfff;
}

function rangeText(shape: NumberShape): string {
  const parts = [
    shape.min === undefined ? '' : `at least ${shape.min}`,
    shape.exclusiveMin === undefined ? '' : `more than ${shape.exclusiveMin}`,
    shape.max === undefined ? '' : `at most ${shape.max}`,
    shape.exclusiveMax === undefined ? '' : `less than ${shape.exclusiveMax}`,
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function listText(values: readonly unknown[]): string {
  const shown = values.slice(0, LISTED_MAX).map((value) => JSON.stringify(value));
  if (values.length > LISTED_MAX) shown.push(`… (${values.length} values)`);
  return values.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}`;
}

const DECIMAL = /^-?\d+$/;
const BIGINT_TOO_LARGE = `at most ${BIGINT_DIGITS_MAX} digits`;

/** Values of an enum named in a message; more make it hard to read. */
const LISTED_MAX = 10;
