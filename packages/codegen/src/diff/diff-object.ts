import type { ObjectShape } from '@reeve/protocol';
import type { ShapeDiff } from './diff-shape.ts';
import { absentFieldFit, extraFit, fieldOf, isOptional, presenceFit, unknownFieldFit } from './object-fit.ts';
import { shapeText } from './shape-text.ts';

/** Fields in their order, first those that were, then those that are new. */
export function diffObject(diff: ShapeDiff, old: ObjectShape, fresh: ObjectShape, path: string): void {
  for (const [name, field] of Object.entries(old.fields)) {
    const at = fieldPath(path, name);
    const other = fieldOf(fresh, name);
    if (other === undefined) {
      const fits = {
        forward: unknownFieldFit(diff.forward, field, fresh),
        backward: absentFieldFit(diff.backward, name, field, fresh, old),
      };
      const rule = isOptional(old, name) ? 'field-removed' : 'required-field-removed';
      diff.addFits(rule, at, fits, { old: shapeText(field) });
      continue;
    }
    if (isOptional(old, name) !== isOptional(fresh, name)) {
      const rule = isOptional(fresh, name) ? 'field-became-optional' : 'field-became-required';
      diff.addFits(rule, at, { forward: presenceFit(name, old, fresh), backward: presenceFit(name, fresh, old) });
    }
    diff.diff(field, other, at);
  }
  for (const [name, field] of Object.entries(fresh.fields)) {
    if (fieldOf(old, name) !== undefined) continue;
    const fits = {
      forward: absentFieldFit(diff.forward, name, field, old, fresh),
      backward: unknownFieldFit(diff.backward, field, old),
    };
    const rule = isOptional(fresh, name) ? 'field-added' : 'required-field-added';
    diff.addFits(rule, fieldPath(path, name), fits, { new: shapeText(field) });
  }
  diffOthers(diff, old, fresh, path);
}

function diffOthers(diff: ShapeDiff, old: ObjectShape, fresh: ObjectShape, path: string): void {
  if (old.catchall !== undefined && fresh.catchall !== undefined) {
    diff.diff(old.catchall, fresh.catchall, `${path}[*]`);
    return;
  }
  const texts = { old: policyText(old), new: policyText(fresh) };
  if (texts.old === texts.new) return;
  const rule =
    fresh.catchall !== undefined ? 'catchall-added' : old.catchall !== undefined ? 'catchall-removed' : undefined;
  const fits = { forward: extraFit(diff.forward, old, fresh), backward: extraFit(diff.backward, fresh, old) };
  diff.addFits(rule ?? 'unknown-fields-changed', path, fits, texts);
}

function policyText({ unknown = 'strip', catchall }: ObjectShape): string {
  return catchall === undefined ? unknown : shapeText(catchall);
}

/** As it is written in code. */
function fieldPath(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
