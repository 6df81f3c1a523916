import { TOO_DEEP } from './check-any.ts';
import { type Checker, fail, mismatch } from './check-scalar.ts';
import type { CheckerCompiler } from './check.ts';
import type { IssueList } from './issues.ts';
import type { Run } from './run.ts';
import type { ArrayShape, MapShape, SetShape, TupleShape } from './shape.ts';

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export function checkArray(bounds: Bounds | ArrayShape, item: Checker, run: Run): Checker {
  return (value, issues) => {
    if (!Array.isArray(value)) return mismatch(issues, 'an array', value);
    return fitsBounds(value.length, bounds, issues) && checkItems(value, item, issues, run);
  };
}

export function checkTuple(shape: TupleShape, compiler: CheckerCompiler): Checker {
  const items = shape.items.map((item) => compiler.compile(item));
  const rest = shape.rest === undefined ? undefined : compiler.compile(shape.rest);
  const required = shape.required ?? items.length;
  const { run } = compiler.env;
  return (value, issues) => {
    if (!Array.isArray(value)) return mismatch(issues, 'an array', value);
    if (value.length < required) return fail(issues, `at least ${required} items`);
    if (rest === undefined && value.length > items.length) return fail(issues, `at most ${items.length} items`);
    if (!run.spend(value.length)) return fail(issues, TOO_DEEP);
    let fine = true;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (item === undefined && i >= required && i < items.length) continue;
      issues?.enter(i);
      if (!(items[i] ?? rest)?.(item, issues)) fine = false;
      issues?.leave();
      if (!fine && issues?.isFull !== false) return false;
    }
    return fine;
  };
}

export function checkSet(shape: SetShape, compiler: CheckerCompiler): Checker {
  const item = compiler.compile(shape.items);
  const { run } = compiler.env;
  if (compiler.form === 'wire') return checkArray(shape, item, run);
  return (value, issues) => {
    if (!(value instanceof Set)) return mismatch(issues, 'a Set', value);
    return fitsBounds(value.size, shape, issues) && checkItems([...value], item, issues, run);
  };
}

export function checkMap(shape: MapShape, compiler: CheckerCompiler): Checker {
  const key = compiler.compile(shape.key);
  const item = compiler.compile(shape.value);
  const { run } = compiler.env;
  const pair: Checker = (value, issues) => {
    const [first, second] = value as [unknown, unknown];
    const fits = key(first, issues);
    return (fits || issues !== undefined) && item(second, issues) && fits;
  };
  if (compiler.form === 'wire') {
    return checkArray(shape, (value, issues) => Array.isArray(value) && value.length === 2 && pair(value, issues), run);
  }
  return (value, issues) => {
    if (!(value instanceof Map)) return mismatch(issues, 'a Map', value);
    return fitsBounds(value.size, shape, issues) && checkItems([...value], pair, issues, run);
  };
}

function checkItems(items: readonly unknown[], item: Checker, issues: IssueList | undefined, run: Run): boolean {
  if (!run.spend(items.length)) return fail(issues, TOO_DEEP);
  if (issues === undefined) {
    for (let i = 0; i < items.length; i++) if (!item(items[i], undefined)) return false;
    return true;
  }
  let fine = true;
  for (let i = 0; i < items.length && !issues.isFull; i++) {
    issues.enter(i);
    if (!item(items[i], issues)) fine = false;
    issues.leave();
  }
  return fine;
}

function fitsBounds(count: number, { min = 0, max = Infinity }: Bounds, issues: IssueList | undefined): boolean {
  if (count > max) return fail(issues, `at most ${max} items`);
  return count >= min || fail(issues, `at least ${min} items`);
}
