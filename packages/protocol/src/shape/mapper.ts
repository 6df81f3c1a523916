import type { Env, Run } from './run.ts';
import type { NumberShape, Shape } from './shape.ts';

/** Turns one value into another; returns the very same value if nothing changes. Never throws, never changes it. */
export type Mapper = (value: unknown) => unknown;

/** Maps the items of an array, copying it at the first one that changes. */
export function mapItems(item: Mapper | undefined, run: Run): Mapper | undefined {
  if (item === undefined) return undefined;
  return (value) => {
    if (!Array.isArray(value) || !run.spend(value.length)) return value;
    const items: readonly unknown[] = value;
    for (let i = 0; i < items.length; i++) {
      const after = item(items[i]);
      if (after !== items[i]) return mapRest(items, i, after, item);
    }
    return items;
  };
}

function mapRest(value: readonly unknown[], start: number, first: unknown, item: Mapper): unknown[] {
  const mapped = value.slice();
  mapped[start] = first;
  for (let i = start + 1; i < value.length; i++) mapped[i] = item(value[i]);
  return mapped;
}

/** One after the other. */
export function through(first: Mapper | undefined, second: Mapper | undefined): Mapper | undefined {
  if (first === undefined) return second;
  return second === undefined ? first : (value) => second(first(value));
}

/** Whether integers of this range can be beyond 32 bits. */
export function changesInts(shape: NumberShape): boolean {
  const { min = -Infinity, max = Infinity, exclusiveMin = -Infinity, exclusiveMax = Infinity } = shape;
  return Math.min(max, exclusiveMax - 1) > 0xffff_ffff || Math.max(min, exclusiveMin + 1) < -0x8000_0000;
}

/** Mappers of named shapes. Each is compiled once and found at the first call, so a shape may contain itself. */
export class RefMappers {
  readonly #env: Env;
  readonly #compile: (shape: Shape) => Mapper | undefined;
  readonly #cells = new Map<string, { mapper: Mapper | undefined; isCompiled: boolean }>();

  constructor(env: Env, compile: (shape: Shape) => Mapper | undefined) {
    this.#env = env;
    this.#compile = compile;
  }

  mapper(name: string): Mapper | undefined {
    let cell = this.#cells.get(name);
    if (cell === undefined) {
      cell = { mapper: undefined, isCompiled: false };
      this.#cells.set(name, cell);
      const target = this.#env.shapes[name];
      if (target === undefined) throw new Error(`Shape "${name}" is referred to but not defined.`);
      cell.mapper = this.#compile(target);
      cell.isCompiled = true;
    }
    // Met again while it is being compiled, a shape cannot know yet; that costs a call, not correctness.
    if (cell.isCompiled && cell.mapper === undefined) return undefined;
    const found = cell;
    const { run } = this.#env;
    return (value) => {
      const mapped = run.enter() && found.mapper !== undefined ? found.mapper(value) : value;
      run.leave();
      return mapped;
    };
  }
}
