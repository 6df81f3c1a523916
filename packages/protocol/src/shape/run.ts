import { LIMITS } from '../limits.ts';
import type { Shapes } from './shape.ts';

/**
 * What one pass over a value may use up. Shared by all closures of one compiled shape, reset before each pass.
 *
 * The depth bounds the stack. The budget bounds the time: values may share parts or contain themselves, and a union
 * may have to look at a part more than once.
 */
export class Run {
  depth = 0;
  budget: number = STEPS_MAX;
  /** Which options of a union a part of the value was found to fit. */
  #chosen: Map<object, Map<object, readonly number[]>> | undefined;

  reset(): void {
    this.depth = 0;
    this.budget = STEPS_MAX;
    this.#chosen = undefined;
  }

  /** Takes one step down. False when that is too deep or too much; `leave` is due in either case. */
  enter(): boolean {
    this.depth++;
    return this.depth <= LIMITS.depthMax && --this.budget >= 0;
  }

  leave(): void {
    this.depth--;
  }

  /** Takes the cost of looking at so many items. False when that is too much. */
  spend(items: number): boolean {
    this.budget -= items;
    return this.budget >= 0;
  }

  /** What `remember` was told about this value and this union. */
  recall(union: object, value: object): readonly number[] | undefined {
    return this.#chosen?.get(value)?.get(union);
  }

  remember(union: object, value: object, options: readonly number[]): void {
    this.#chosen ??= new Map();
    const ofValue = this.#chosen.get(value) ?? new Map<object, readonly number[]>();
    this.#chosen.set(value, ofValue.set(union, options));
  }
}

/** What compiling a shape has at hand. */
export interface Env {
  readonly shapes: Shapes;
  readonly run: Run;
}

/**
 * More items than a body of 16 MiB can hold, one byte each. A value that needs more steps shares its parts so often
 * that its encoded form would not fit anyway.
 */
const STEPS_MAX = 16_777_216;
