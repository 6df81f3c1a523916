import { liftAlike } from './lift-alike.ts';
import type { ArrayShape, MapShape, ObjectShape, SetShape, Shape, Shapes, UnionShape } from './shape.ts';
import { optionsByTag } from './union-chooser.ts';
import { classesOf } from './value-class.ts';

/** A union two of whose options cannot be told apart once they are on the wire. */
export interface AmbiguousUnion {
  /** Where in the shape: `lines[].tag`. */
  readonly path: string;
  readonly first: Shape;
  readonly second: Shape;
}

/**
 * Finds a union whose values would come back as something else.
 *
 * A Set travels as an array and a large bigint as a string, so the receiver of `Set | Array` could not know which it
 * was. Options that need no such change may overlap freely.
 */
export function findAmbiguousUnion(shape: Shape, shapes: Shapes): AmbiguousUnion | undefined {
  return new Search(shapes).visit(shape, '');
}

class Search {
  readonly #shapes: Shapes;
  readonly #visited = new Set<string>();

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  visit(shape: Shape, path: string): AmbiguousUnion | undefined {
    if (shape.kind === 'ref') {
      if (this.#visited.has(shape.name)) return undefined;
      this.#visited.add(shape.name);
    }
    const here = this.#conflict(shape);
    if (here !== undefined) return { path, ...here };
    for (const [key, child] of childrenOf(shape, this.#shapes)) {
      const found = this.visit(child, path === '' || key === '' || key.startsWith('[') ? path + key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #conflict(shape: Shape): { first: Shape; second: Shape } | undefined {
    if (shape.kind === 'nullable') return this.#conflict({ kind: 'union', options: [{ kind: 'null' }, shape.of] });
    if (shape.kind !== 'union' || this.#hasTags(shape)) return undefined;
    for (const [index, first] of shape.options.entries()) {
      for (const second of shape.options.slice(index + 1)) {
        const isChanged = this.#changes(first, new Set()) || this.#changes(second, new Set());
        if (!isChanged || liftAlike(first, second, this.#shapes)) continue;
        if (this.#accepts(first, second, 0)) return { first, second };
      }
    }
    return undefined;
  }

  #hasTags(shape: UnionShape): boolean {
    return shape.discriminator !== undefined && optionsByTag(shape, shape.discriminator, this.#shapes) !== undefined;
  }

  /** Whether values of a shape look different on the wire. */
  #changes(shape: Shape, seen: Set<string>): boolean {
    if (shape.kind === 'set' || shape.kind === 'map' || shape.kind === 'bigint' || shape.kind === 'undefined')
      return true;
    if (shape.kind === 'ref') {
      if (seen.has(shape.name)) return false;
      seen.add(shape.name);
    }
    return childrenOf(shape, this.#shapes).some(([, child]) => this.#changes(child, seen));
  }

  /** Whether something sent as `sent` could be taken for `wanted`. In doubt, yes. */
  #accepts(wanted: Shape, sent: Shape, depth: number): boolean {
    if (depth > DEPTH_MAX || wanted.kind === 'any' || sent.kind === 'any') return true;
    for (const [shape, other, isWanted] of [
      [wanted, sent, true],
      [sent, wanted, false],
    ] as const) {
      const alternatives = alternativesOf(shape, this.#shapes);
      if (alternatives === undefined) continue;
      const some = (one: Shape): boolean =>
        isWanted ? this.#accepts(one, other, depth + 1) : this.#accepts(other, one, depth + 1);
      return shape.kind === 'intersection' ? alternatives.every(some) : alternatives.some(some);
    }
    const mask = classesOf(wanted, this.#shapes, 'wire') & classesOf(sent, this.#shapes, 'wire');
    if (mask === 0) return false;
    if ('values' in wanted && 'values' in sent)
      return wanted.values.some((value) => sent.values.includes(value as never));
    if (wanted.kind === 'object' && sent.kind === 'object') return this.#acceptsObject(wanted, sent, depth);
    const [wantedList, sentList] = [listOf(wanted), listOf(sent)];
    return wantedList === undefined || sentList === undefined || this.#acceptsList(wantedList, sentList, depth);
  }

  #acceptsObject(wanted: ObjectShape, sent: ObjectShape, depth: number): boolean {
    const needed = Object.entries(wanted.fields).every(([name, field]) => {
      if (wanted.optional?.includes(name) === true) return true;
      const other = fieldOf(sent, name);
      return other !== undefined && this.#accepts(field, other, depth + 1);
    });
    return (
      needed &&
      Object.entries(sent.fields).every(([name, field]) => {
        if (sent.optional?.includes(name) === true) return true;
        const other = fieldOf(wanted, name);
        return other === undefined ? wanted.unknown !== 'strict' : this.#accepts(other, field, depth + 1);
      })
    );
  }

  #acceptsList(wanted: List, sent: List, depth: number): boolean {
    const length = Math.max(wanted.min, sent.min);
    if (length > Math.min(wanted.max, sent.max)) return false;
    for (let i = 0; i < Math.min(length, ITEMS_COMPARED); i++) {
      const [item, other] = [wanted.at(i), sent.at(i)];
      if (item !== undefined && other !== undefined && !this.#accepts(item, other, depth + 1)) return false;
    }
    return true;
  }
}

/** What a value of this shape may be instead; undefined if it is just itself. */
function alternativesOf(shape: Shape, shapes: Shapes): readonly Shape[] | undefined {
  switch (shape.kind) {
    case 'ref':
      return [shapes[shape.name] ?? { kind: 'any' }];
    case 'union':
      return shape.options;
    case 'nullable':
      return [{ kind: 'null' }, shape.of];
    case 'intersection':
      return [shape.left, shape.right];
    default:
      return undefined;
  }
}

function fieldOf(shape: ObjectShape, name: string): Shape | undefined {
  if (Object.hasOwn(shape.fields, name)) return shape.fields[name];
  return shape.catchall ?? (shape.unknown === 'loose' ? { kind: 'any' } : undefined);
}

/** Parts of a shape with their place in it. */
function childrenOf(shape: Shape, shapes: Shapes): readonly (readonly [key: string, child: Shape])[] {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return [['[]', shape.items]];
    case 'tuple':
      return [...shape.items, ...(shape.rest === undefined ? [] : [shape.rest])].map((item, i) => [`[${i}]`, item]);
    case 'record':
      return [['[]', shape.value]];
    case 'map':
      return [
        ['[key]', shape.key],
        ['[]', shape.value],
      ];
    case 'object':
      return [
        ...Object.entries(shape.fields),
        ...(shape.catchall === undefined ? [] : [['[]', shape.catchall] as const]),
      ];
    default:
      return (alternativesOf(shape, shapes) ?? []).map((child) => ['', child]);
  }
}

/** A shape that is an array on the wire. */
interface List {
  readonly min: number;
  readonly max: number;
  at(index: number): Shape | undefined;
}

function listOf(shape: Shape): List | undefined {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return sameItems(shape, shape.items);
    case 'map':
      return sameItems(shape, { kind: 'tuple', items: [shape.key, shape.value] });
    case 'tuple':
      return {
        min: shape.required ?? shape.items.length,
        max: shape.rest === undefined ? shape.items.length : Infinity,
        at: (index) => shape.items[index] ?? shape.rest,
      };
    default:
      return undefined;
  }
}

function sameItems({ min = 0, max = Infinity }: ArrayShape | SetShape | MapShape, item: Shape): List {
  return { min, max, at: () => item };
}

/** Shapes nested deeper than this are taken for alike. */
const DEPTH_MAX = 12;

/** Enough to tell apart tuples that anyone would write. */
const ITEMS_COMPARED = 16;
