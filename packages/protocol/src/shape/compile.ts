import { checkPlain, TOO_DEEP } from './check-any.ts';
import type { Checker } from './check-scalar.ts';
import { CheckerCompiler } from './check.ts';
import { type Issue, IssueList } from './issues.ts';
import { LiftCompiler } from './lift.ts';
import { LowerCompiler } from './lower.ts';
import type { Mapper } from './mapper.ts';
import { holdsAny } from './holds-any.ts';
import { Run } from './run.ts';
import type { Shape, Shapes } from './shape.ts';

/** What can be done with the values of a shape. */
export interface CompiledShape {
  /**
   * Tells what is wrong with a value, at most five issues; none if it fits. Checks structure only: types, lengths,
   * ranges, names. Never throws, whatever the value.
   */
  check(value: unknown): readonly Issue[];
  /**
   * Turns a value that fits into one that MessagePack can carry. Only declared fields are kept, unless the shape says
   * otherwise. What does not fit is passed on as it is. Never throws, never changes the value.
   */
  lower(value: unknown): unknown;
  /**
   * Tells what of a lowered value has no form in MessagePack, at most five issues. That can only be data for which
   * there is no schema (`any`). Who has checked the value before lowering it need not ask. Never throws.
   */
  unsendable(lowered: unknown): readonly Issue[];
  /** Undoes `lower` after decoding. What does not fit is passed on as it is. Never throws, never changes the value. */
  lift(value: unknown): unknown;
}

/**
 * Compiles a shape, once, to closures. A check of a small object takes a few dozen nanoseconds.
 *
 * Throws if the shape refers to a name that `shapes` does not have.
 */
export function compileShape(shape: Shape, shapes: Shapes = {}): CompiledShape {
  const run = new Run();
  const env = { shapes, run };
  const checkers = new CheckerCompiler(env, 'value');
  const checker = checkers.compile(shape);
  const lower = new LowerCompiler(checkers).compile(shape, false);
  const lift = new LiftCompiler(new CheckerCompiler(env, 'wire')).compile(shape);
  return {
    check: issueFinder(checker, run),
    unsendable: holdsAny(shape, shapes) ? issueFinder(checkPlain(run), run) : () => NO_ISSUES,
    lower: lower === undefined ? same : guarded(lower, run),
    lift: lift === undefined ? same : guarded(lift, run),
  };
}

/** Most values are fine, so issues are looked for only when there must be some. */
function issueFinder(checker: Checker, run: Run): CompiledShape['check'] {
  return (value) => {
    run.reset();
    try {
      if (checker(value, undefined)) return NO_ISSUES;
      if (run.budget < 0) return TOO_LARGE;
      const issues = new IssueList();
      run.reset();
      checker(value, issues);
      return issues.items.length === 0 ? UNSTABLE : issues.items;
    } catch {
      return UNREADABLE;
    }
  };
}

/** Getters and proxies may throw; what cannot be read is left for the encoder to refuse. */
function guarded(mapper: Mapper, run: Run): Mapper {
  return (value) => {
    run.reset();
    try {
      return mapper(value);
    } catch {
      return value;
    }
  };
}

function same(value: unknown): unknown {
  return value;
}

const NO_ISSUES: readonly Issue[] = [];
const TOO_LARGE: readonly Issue[] = [{ path: '', message: TOO_DEEP }];
const UNREADABLE: readonly Issue[] = [{ path: '', message: 'the value cannot be read: a property of it throws' }];
const UNSTABLE: readonly Issue[] = [{ path: '', message: 'the value changes while it is read' }];
