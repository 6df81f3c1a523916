import type { Checker } from './check-scalar.ts';
import type { CheckerCompiler } from './check.ts';
import { isObject } from './check-object.ts';
import type { Run } from './run.ts';
import type { Shape, Shapes, UnionShape } from './shape.ts';
import { CLASS_COUNT, classesOf, classOf } from './value-class.ts';

/**
 * Finds the option of a union that a value belongs to.
 *
 * Most values are told apart at a glance: by the discriminator, or by their class (a string, an array, an object).
 * Only options of one class are tried one after the other, and the answer is remembered for the rest of the pass:
 * unions inside unions would otherwise double the work at each level.
 */
export class UnionChooser {
  readonly tag: string | undefined;
  readonly checkers: readonly Checker[];
  readonly #byTag: ReadonlyMap<unknown, readonly number[]> | undefined;
  readonly #byClass: readonly (readonly number[])[];
  readonly #run: Run;

  constructor(shape: UnionShape, compiler: CheckerCompiler) {
    const { shapes, run } = compiler.env;
    this.checkers = shape.options.map((option) => compiler.compile(option));
    this.#byTag = shape.discriminator === undefined ? undefined : optionsByTag(shape, shape.discriminator, shapes);
    this.tag = this.#byTag === undefined ? undefined : shape.discriminator;
    const masks = shape.options.map((option) => classesOf(option, shapes, compiler.form));
    this.#byClass = Array.from({ length: CLASS_COUNT }, (_, index) =>
      masks.flatMap((mask, option) => ((mask & (1 << index)) === 0 ? [] : [option])),
    );
    this.#run = run;
  }

  /** Options that the value may fit, in order. */
  candidates(value: unknown): readonly number[] {
    if (this.#byTag === undefined || this.tag === undefined) return this.#byClass[classOf(value)] ?? NONE;
    if (!isObject(value)) return NONE;
    const tag = value[this.tag];
    return this.#byTag.get(typeof tag === 'bigint' ? Number(tag) : tag) ?? NONE;
  }

  /**
   * The options that the value may belong to: a shape does not know formats and refinements, so there may be several.
   * A single candidate is taken at its word.
   */
  fitting(value: unknown): readonly number[] {
    const candidates = this.candidates(value);
    if (candidates.length < 2) return candidates;
    const remembered = isObject(value) ? this.#run.recall(this.checkers, value) : undefined;
    if (remembered !== undefined) return remembered;
    const found = candidates.filter((option) => this.#run.spend(1) && this.checkers[option]?.(value, undefined));
    if (isObject(value)) this.#run.remember(this.checkers, value, found);
    return found;
  }

  /** The first of the candidates that the value fits, -1 if none. */
  try(candidates: readonly number[], value: unknown): number {
    const remembered = isObject(value) ? this.#run.recall(this, value) : undefined;
    if (remembered !== undefined) return remembered[0] ?? -1;
    const found = candidates.find((option) => this.#run.spend(1) && this.checkers[option]?.(value, undefined));
    if (isObject(value)) this.#run.remember(this, value, found === undefined ? NONE : [found]);
    return found ?? -1;
  }

  /** The values of the discriminator. */
  get tags(): readonly unknown[] {
    return [...(this.#byTag?.keys() ?? [])];
  }
}

/** Options by the value of their tag; undefined where an option does not say which values it has. */
export function optionsByTag(shape: UnionShape, tag: string, shapes: Shapes): Map<unknown, number[]> | undefined {
  const found = new Map<unknown, number[]>();
  for (const [option, optionShape] of shape.options.entries()) {
    const values = tagValues(optionShape, tag, shapes, 0);
    if (values === undefined) return undefined;
    for (const value of values) if (!found.has(value)) found.set(value, [option]);
  }
  return found;
}

/** Values that a field can have in objects of a shape; undefined if they are not a list of constants. */
function tagValues(shape: Shape, tag: string, shapes: Shapes, depth: number): unknown[] | undefined {
  if (depth > NESTED_MAX) return undefined;
  switch (shape.kind) {
    case 'ref': {
      const target = shapes[shape.name];
      return target === undefined ? undefined : tagValues(target, tag, shapes, depth + 1);
    }
    case 'union': {
      const values = shape.options.map((option) => tagValues(option, tag, shapes, depth + 1));
      return values.includes(undefined) ? undefined : values.flatMap((some) => some ?? []);
    }
    case 'intersection':
      return tagValues(shape.left, tag, shapes, depth + 1) ?? tagValues(shape.right, tag, shapes, depth + 1);
    case 'object': {
      const field = Object.hasOwn(shape.fields, tag) ? shape.fields[tag] : undefined;
      const values = field === undefined ? undefined : constantsOf(field, shapes, depth);
      return values !== undefined && shape.optional?.includes(tag) === true ? [...values, undefined] : values;
    }
    default:
      return undefined;
  }
}

function constantsOf(shape: Shape, shapes: Shapes, depth: number): unknown[] | undefined {
  switch (shape.kind) {
    case 'literal':
    case 'enum':
      return [...shape.values];
    case 'null':
      return [null];
    case 'undefined':
      return [undefined];
    case 'boolean':
      return [true, false];
    case 'nullable': {
      const values = constantsOf(shape.of, shapes, depth + 1);
      return values === undefined ? undefined : [...values, null];
    }
    case 'ref': {
      const target = shapes[shape.name];
      return target === undefined || depth > NESTED_MAX ? undefined : constantsOf(target, shapes, depth + 1);
    }
    case 'union': {
      const values = shape.options.map((option) => constantsOf(option, shapes, depth + 1));
      return values.includes(undefined) ? undefined : values.flatMap((some) => some ?? []);
    }
    default:
      return undefined;
  }
}

const NONE: readonly number[] = [];

/** Unions of unions of unions; more is a shape that names itself without end. */
const NESTED_MAX = 16;
