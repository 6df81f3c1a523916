import type { RecordShape, Shape } from '@reeve/protocol';
import { rangeText, type Ranged, rangeWithin } from './bounds-fit.ts';
import { diffObject } from './diff-object.ts';
import { diffRules } from './diff-rules.ts';
import { diffTuple } from './diff-tuple.ts';
import { diffUnion } from './diff-union.ts';
import { type Fit, fitIf } from './fit.ts';
import { Fits } from './fits.ts';
import { formatFit } from './format-fit.ts';
import type { FitsBothWays, Report, Texts, Way } from './report.ts';
import type { RuleName } from './rules.ts';
import { shapeText } from './shape-text.ts';
import { constantsOf } from './value-fit.ts';
import { type FindShape, resolve, type View, viewOf } from './view.ts';

/** Named types of both versions. */
export interface Types {
  readonly old: FindShape;
  readonly new: FindShape;
}

/**
 * Walks two versions of a shape side by side and names what differs, where it differs.
 *
 * What a change does is not decided here: a prover is asked, in both directions, at the place of the change. A pair of
 * parts that was seen is not walked again, so types that contain themselves come to an end and are told of once.
 */
export class ShapeDiff {
  readonly types: Types;
  readonly way: Way;
  readonly forward: Fits;
  readonly backward: Fits;
  readonly #report: Report;
  readonly #seen = new Map<unknown, Set<unknown>>();

  constructor(types: Types, way: Way, report: Report) {
    this.types = types;
    this.way = way;
    this.#report = report;
    this.forward = new Fits(types.old, types.new);
    this.backward = new Fits(types.new, types.old);
  }

  diff(old: Shape, fresh: Shape, path: string): void {
    if (old.kind === 'ref' && fresh.kind === 'ref') {
      const isSeen = this.#isSeen(`type ${old.name}`, `type ${fresh.name}`);
      if (isSeen && old.rules === undefined && fresh.rules === undefined && old.doc === fresh.doc) return;
      if (!isSeen && old.name !== fresh.name) this.add('type-renamed', path, { old: old.name, new: fresh.name });
    }
    if (this.#isSeen(old, fresh)) return;
    const [before, after] = [viewOf(old, this.types.old), viewOf(fresh, this.types.new)];
    const [oldDoc, newDoc] = [docOf(old, this.types.old), docOf(fresh, this.types.new)];
    if (oldDoc !== newDoc) this.add('doc-changed', path, { old: oldDoc, new: newDoc });
    diffRules(this, bare(before), bare(after), path);
    this.#diffAbsence(before, after, { old, new: fresh }, path);
    const [one, other] = [before.options[0], after.options[0]];
    if (one === undefined && other === undefined) return;
    if (one !== undefined && other !== undefined && before.options.length === 1 && after.options.length === 1) {
      this.diffOption(one, other, path);
    } else diffUnion(this, before, after, { old, new: fresh }, path);
  }

  /** Compares two alternatives that are taken for the same one. */
  diffOption(old: Shape, fresh: Shape, path: string): void {
    const [before, after] = [resolve(old, this.types.old), resolve(fresh, this.types.new)];
    diffRules(this, before, after, path);
    if (constantsOf(before) !== undefined && constantsOf(after) !== undefined) {
      this.#diffConstants(before, after, { old, new: fresh }, path);
    } else if (before.kind !== after.kind) {
      this.addProved('type-changed', path, old, fresh, { old: shapeText(old), new: shapeText(fresh) });
    } else this.#diffSame(before, after, path);
  }

  add(rule: RuleName, path: string, texts: Texts = {}): void {
    this.#report.add(rule, path, texts);
  }

  addFits(rule: RuleName, path: string, fits: FitsBothWays, texts: Texts = {}): void {
    this.#report.addShape(rule, path, this.way, fits, texts);
  }

  /** Adds a change from one shape to another, whatever the difference is. */
  addProved(rule: RuleName, path: string, old: Shape, fresh: Shape, texts: Texts): void {
    this.addFits(rule, path, { forward: this.forward.fit(old, fresh), backward: this.backward.fit(fresh, old) }, texts);
  }

  #isSeen(old: unknown, fresh: unknown): boolean {
    const known = this.#seen.get(old);
    if (known?.has(fresh) === true) return true;
    if (known === undefined) this.#seen.set(old, new Set([fresh]));
    else known.add(fresh);
    return false;
  }

  #diffAbsence(before: View, after: View, whole: { old: Shape; new: Shape }, path: string): void {
    const compare = (was: boolean, is: boolean, value: Shape, name: 'nullable' | 'optional'): void => {
      if (was === is) return;
      const taken = is ? this.backward.fit(value, whole.old) : this.forward.fit(value, whole.new);
      const fits = is ? { forward: 'yes' as const, backward: taken } : { forward: taken, backward: 'yes' as const };
      this.addFits(is ? `${name}-added` : `${name}-removed`, path, fits);
    };
    compare(before.isNullable, after.isNullable, { kind: 'null' }, 'nullable');
    compare(before.isOptional, after.isOptional, { kind: 'undefined' }, 'optional');
  }

  #diffConstants(before: Shape, after: Shape, whole: { old: Shape; new: Shape }, path: string): void {
    const [old, fresh] = [constantsOf(before) ?? [], constantsOf(after) ?? []];
    const isEnum = before.kind === 'enum' || after.kind === 'enum';
    for (const value of old.filter((one) => !fresh.includes(one))) {
      const forward = this.forward.fit({ kind: 'literal', values: [value] }, whole.new);
      const texts = { old: JSON.stringify(value) };
      this.addFits(isEnum ? 'enum-value-removed' : 'literal-removed', path, { forward, backward: 'yes' }, texts);
    }
    for (const value of fresh.filter((one) => !old.includes(one))) {
      const backward = this.backward.fit({ kind: 'literal', values: [value] }, whole.old);
      const texts = { new: JSON.stringify(value) };
      this.addFits(isEnum ? 'enum-value-added' : 'literal-added', path, { forward: 'yes', backward }, texts);
    }
  }

  #diffSame(old: Shape, fresh: Shape, path: string): void {
    switch (old.kind) {
      case 'string': {
        const other = fresh as typeof old;
        this.#diffBounds('length', old, other, path);
        this.#diffFormat(old.format, other.format, path);
        break;
      }
      case 'number': {
        const other = fresh as typeof old;
        if (old.int !== other.int) {
          const fits: FitsBothWays = other.int
            ? { forward: 'no', backward: 'yes' }
            : { forward: 'yes', backward: 'no' };
          this.addFits(other.int === true ? 'integer-added' : 'integer-removed', path, fits);
        }
        this.#diffBounds('range', old, other, path);
        break;
      }
      case 'bigint':
      case 'date':
        this.#diffBounds('range', old, fresh as typeof old, path);
        break;
      case 'bytes':
        this.#diffBounds('length', old, fresh as typeof old, path);
        break;
      case 'array':
      case 'set': {
        const other = fresh as typeof old;
        this.#diffBounds('length', old, other, path);
        this.diff(old.items, other.items, `${path}[]`);
        break;
      }
      case 'map':
      case 'record': {
        const other = fresh as typeof old;
        if (old.kind === 'map') this.#diffBounds('length', old, other as typeof old, path);
        else this.#diffLooseness(old, other as typeof old, path);
        this.diff(old.key, other.key, `${path}[key]`);
        this.diff(old.value, other.value, `${path}[]`);
        break;
      }
      case 'intersection': {
        const other = fresh as typeof old;
        this.diff(old.left, other.left, path);
        this.diff(old.right, other.right, path);
        break;
      }
      case 'tuple':
        return diffTuple(this, old, fresh as typeof old, path);
      case 'object':
        return diffObject(this, old, fresh as typeof old, path);
      case 'template':
        if (JSON.stringify(old.parts) !== JSON.stringify((fresh as typeof old).parts)) {
          this.add('template-changed', path, { old: templateText(old), new: templateText(fresh as typeof old) });
        }
        break;
      default:
    }
  }

  #diffLooseness({ loose: was = false }: RecordShape, { loose: is = false }: RecordShape, path: string): void {
    if (was === is) return;
    const fits: FitsBothWays = is ? { forward: 'yes', backward: 'no' } : { forward: 'no', backward: 'yes' };
    this.addFits('unknown-fields-changed', path, fits);
  }

  #diffBounds(what: 'length' | 'range', old: Ranged, fresh: Ranged, path: string): void {
    const [forward, backward] = [fitIf(rangeWithin(old, fresh)), fitIf(rangeWithin(fresh, old))];
    if (forward === 'yes' && backward === 'yes') return;
    const how = forward === 'yes' ? 'widened' : backward === 'yes' ? 'narrowed' : 'moved';
    this.addFits(`${what}-${how}`, path, { forward, backward }, { old: rangeText(old), new: rangeText(fresh) });
  }

  #diffFormat(old: string | undefined, fresh: string | undefined, path: string): void {
    if (old === fresh) return;
    const rule = old === undefined ? 'format-added' : fresh === undefined ? 'format-removed' : 'format-changed';
    const [forward, backward]: Fit[] = [formatFit(old, fresh), formatFit(fresh, old)];
    if (forward === undefined || backward === undefined) return;
    this.addFits(rule, path, { forward, backward }, { old, new: fresh });
  }
}

/** Wrappers have rules too. */
function bare({ rules }: View): Shape {
  return { kind: 'any', rules };
}

function docOf(shape: Shape, find: FindShape): string | undefined {
  return shape.doc ?? (shape.kind === 'ref' ? find(shape.name)?.doc : undefined);
}

function templateText({ parts }: Shape & { kind: 'template' }): string {
  return parts.map((part) => (typeof part === 'string' ? part : `\${${shapeText(part)}}`)).join('');
}
