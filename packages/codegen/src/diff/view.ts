import type { Shape } from '@reeve/protocol';

export type FindShape = (name: string) => Shape | undefined;

/** A shape without its wrappers: what it may be, and whether it may be null or nothing. */
export interface View {
  /** Neither unions nor nullables, nor null, nor nothing. References are kept. */
  readonly options: readonly Shape[];
  readonly isNullable: boolean;
  readonly isOptional: boolean;
  readonly discriminator: string | undefined;
  /** Rules of the wrappers. */
  readonly rules: readonly string[];
}

/** Unfolds unions, nullables and references to them; other references stay. */
export function viewOf(shape: Shape, find: FindShape): View {
  const options: Shape[] = [];
  const rules: string[] = [];
  let [isNullable, isOptional] = [false, false];
  let discriminator: string | undefined;
  const open = (part: Shape, seen: readonly string[]): void => {
    switch (part.kind) {
      case 'union':
        discriminator ??= part.discriminator;
        rules.push(...(part.rules ?? []));
        for (const option of part.options) open(option, seen);
        break;
      case 'nullable':
        isNullable = true;
        rules.push(...(part.rules ?? []));
        open(part.of, seen);
        break;
      case 'null':
        isNullable = true;
        break;
      case 'undefined':
        isOptional = true;
        break;
      case 'literal': {
        const values = part.values.filter((value) => value !== null);
        if (values.length < part.values.length) isNullable = true;
        if (values.length > 0) options.push(values.length < part.values.length ? { ...part, values } : part);
        break;
      }
      case 'never':
        break;
      case 'ref': {
        const target = seen.includes(part.name) ? undefined : find(part.name);
        if (target !== undefined && IS_WRAPPER.has(target.kind)) {
          rules.push(...(part.rules ?? []));
          open(target, [...seen, part.name]);
        } else options.push(part);
        break;
      }
      default:
        options.push(part);
    }
  };
  open(shape, []);
  return { options, isNullable, isOptional, discriminator, rules };
}

/** Follows references, keeping what was said at each of them. */
export function resolve(shape: Shape, find: FindShape): Shape {
  let rules = shape.rules ?? [];
  let doc = shape.doc;
  let target: Shape | undefined = shape;
  // Bounded: a reference that leads to itself, which no contract can hold, comes to an end too.
  for (let i = 0; i < REFS_MAX && target?.kind === 'ref'; i++) {
    target = find(target.name);
    rules = [...(target?.rules ?? []), ...rules];
    doc ??= target?.doc;
  }
  if (target === undefined) return { kind: 'any' };
  const { rules: _, doc: _doc, ...rest } = target;
  return { ...rest, ...(doc === undefined ? {} : { doc }), ...(rules.length === 0 ? {} : { rules }) };
}

const IS_WRAPPER: ReadonlySet<string> = new Set(['literal', 'never', 'null', 'nullable', 'ref', 'undefined', 'union']);

/** References that lead straight to another one: there is rarely more than one. */
const REFS_MAX = 16;
