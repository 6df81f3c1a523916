import type { Shape, TupleShape } from '@reeve/protocol';
import type { ShapeDiff } from './diff-shape.ts';
import type { Fit } from './fit.ts';
import type { Fits } from './fits.ts';
import { shapeText } from './shape-text.ts';

export function diffTuple(diff: ShapeDiff, old: TupleShape, fresh: TupleShape, path: string): void {
  const [oldRequired, newRequired] = [old.required ?? old.items.length, fresh.required ?? fresh.items.length];
  for (let index = 0; index < Math.max(old.items.length, fresh.items.length); index++) {
    const [was, is] = [old.items[index], fresh.items[index]];
    const at = `${path}[${index}]`;
    if (was !== undefined && is !== undefined) {
      diffPresence(diff, index < oldRequired, index < newRequired, at);
      diff.diff(was, is, at);
    } else if (was !== undefined) {
      const fits = {
        forward: itemFit(diff.forward, was, fresh.rest),
        backward: absentFit(diff.backward, index < oldRequired, fresh.rest, was),
      };
      diff.addFits('tuple-item-removed', at, fits, { old: shapeText(was) });
    } else if (is !== undefined) {
      const fits = {
        forward: absentFit(diff.forward, index < newRequired, old.rest, is),
        backward: itemFit(diff.backward, is, old.rest),
      };
      diff.addFits('tuple-item-added', at, fits, { new: shapeText(is) });
    }
  }
  if (old.rest !== undefined && fresh.rest !== undefined) diff.diff(old.rest, fresh.rest, `${path}[]`);
  else if (old.rest !== undefined) {
    diff.addFits('tuple-rest-removed', `${path}[]`, { forward: 'no', backward: 'yes' }, { old: shapeText(old.rest) });
  } else if (fresh.rest !== undefined) {
    diff.addFits('tuple-rest-added', `${path}[]`, { forward: 'yes', backward: 'no' }, { new: shapeText(fresh.rest) });
  }
}

function diffPresence(diff: ShapeDiff, wasRequired: boolean, isRequired: boolean, at: string): void {
  if (wasRequired === isRequired) return;
  if (isRequired) diff.addFits('tuple-item-became-required', at, { forward: 'no', backward: 'yes' });
  else diff.addFits('tuple-item-became-optional', at, { forward: 'yes', backward: 'no' });
}

/** An item that the receiver does not name counts among the rest. */
function itemFit(fits: Fits, item: Shape, rest: Shape | undefined): Fit {
  return rest === undefined ? 'no' : fits.fit(item, rest);
}

/** The sender does not name an item: it is missing, or the rest of the sender's stands there. */
function absentFit(fits: Fits, isRequired: boolean, rest: Shape | undefined, item: Shape): Fit {
  if (isRequired) return 'no';
  return rest === undefined ? 'yes' : fits.fit(rest, item);
}
