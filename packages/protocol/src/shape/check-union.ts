import { type Checker, fail, mismatch } from './check-scalar.ts';
import type { CheckerCompiler } from './check.ts';
import { isObject } from './check-object.ts';
import type { UnionShape } from './shape.ts';
import { UnionChooser } from './union-chooser.ts';

export function checkUnion(shape: UnionShape, compiler: CheckerCompiler): Checker {
  const chooser = new UnionChooser(shape, compiler);
  return (value, issues) => {
    const candidates = chooser.candidates(value);
    const [only] = candidates;
    if (only !== undefined && candidates.length === 1) return chooser.checkers[only]?.(value, issues) === true;
    if (only !== undefined && chooser.try(candidates, value) >= 0) return true;
    if (issues === undefined) return false;
    if (chooser.tag === undefined) return mismatch(issues, `one of ${shape.options.length} alternatives`, value);
    if (!isObject(value)) return mismatch(issues, 'an object', value);
    issues.enter(chooser.tag);
    fail(issues, `expected one of ${chooser.tags.slice(0, TAGS_SHOWN).map(tagText).join(', ')}`);
    issues.leave();
    return false;
  };
}

function tagText(tag: unknown): string {
  return tag === undefined ? 'nothing' : JSON.stringify(tag);
}

/** More make the message hard to read. */
const TAGS_SHOWN = 10;
