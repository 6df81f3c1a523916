import type { Shape } from '@reeve/protocol';
import type { ShapeDiff } from './diff-shape.ts';
import { fieldOf } from './object-fit.ts';
import { shapeText } from './shape-text.ts';
import { constantsOf } from './value-fit.ts';
import { type FindShape, resolve, type View } from './view.ts';

/**
 * Compares alternatives. Those belong together that are the same, then those with the same tag, then the only two of
 * a kind that are left. What is left over was removed or added.
 */
export function diffUnion(
  diff: ShapeDiff,
  before: View,
  after: View,
  whole: { readonly old: Shape; readonly new: Shape },
  path: string,
): void {
  if (before.discriminator !== after.discriminator) {
    diff.add('discriminator-changed', path, { old: before.discriminator, new: after.discriminator });
  }
  const tag = after.discriminator ?? before.discriminator;
  const old = before.options.map((shape) => optionOf(shape, diff.types.old, tag));
  const fresh = after.options.map((shape) => optionOf(shape, diff.types.new, tag));
  for (const [one, other] of pairsOf(old, fresh)) {
    const isTagged = tag !== undefined && one.tag !== undefined && other.tag !== undefined;
    diff.diffOption(one.shape, other.shape, isTagged ? `${path}[${tag}=${other.tag}]` : path);
  }
  for (const { shape } of old) {
    const forward = diff.forward.fit(shape, whole.new);
    diff.addFits('union-option-removed', path, { forward, backward: 'yes' }, { old: shapeText(shape) });
  }
  for (const { shape } of fresh) {
    const backward = diff.backward.fit(shape, whole.old);
    diff.addFits('union-option-added', path, { forward: 'yes', backward }, { new: shapeText(shape) });
  }
}

interface Option {
  readonly shape: Shape;
  /** Kind, for which constants are one. */
  readonly kind: string;
  readonly text: string;
  /** The constant that tells it apart, as JSON. */
  readonly tag: string | undefined;
}

function optionOf(shape: Shape, find: FindShape, discriminator: string | undefined): Option {
  const target = resolve(shape, find);
  const field = target.kind === 'object' && discriminator !== undefined ? fieldOf(target, discriminator) : undefined;
  const values = field === undefined ? undefined : constantsOf(resolve(field, find));
  const { doc: _, ...plain } = shape;
  return {
    shape,
    kind: constantsOf(target) === undefined ? target.kind : 'constants',
    text: JSON.stringify(plain),
    tag: values?.map((value) => JSON.stringify(value)).join('|'),
  };
}

/** Takes out of both lists what belongs together. */
function pairsOf(old: Option[], fresh: Option[]): [old: Option, fresh: Option][] {
  const pairs: [Option, Option][] = [];
  const take = (isSame: (one: Option, other: Option) => boolean): void => {
    for (const one of [...old]) {
      const other = fresh.find((candidate) => isSame(one, candidate));
      if (other === undefined) continue;
      pairs.push([one, other]);
      old.splice(old.indexOf(one), 1);
      fresh.splice(fresh.indexOf(other), 1);
    }
  };
  take((one, other) => one.text === other.text && one.tag === other.tag);
  take((one, other) => one.tag !== undefined && one.tag === other.tag);
  const isAlone = (list: readonly Option[], kind: string): boolean =>
    list.filter((option) => option.kind === kind).length === 1;
  take(
    (one, other) =>
      one.kind === other.kind && isAlone(old, one.kind) && isAlone(fresh, one.kind) && isUntagged(one, other),
  );
  return pairs;
}

/** Two tags are two things, even if each is the only one that is left. */
function isUntagged(one: Option, other: Option): boolean {
  return one.tag === undefined || other.tag === undefined;
}
