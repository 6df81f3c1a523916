import fc from 'fast-check';
import { z } from 'zod';

/** Makes what is asked of a fast-check arbitrary, one after the other. */
export type Make = fc.GeneratorValue;

/** A schema as plain data, so that one thing about it can be changed. */
export type Spec =
  | { readonly t: 'string' | 'array'; readonly min: number; readonly max: number; readonly of?: Spec }
  | { readonly t: 'number'; readonly int: boolean; readonly min: number; readonly max: number; readonly step: number }
  | { readonly t: 'enum'; readonly values: readonly string[] }
  | { readonly t: 'boolean' | 'date' | 'any' | 'uuid' }
  | { readonly t: 'nullable'; readonly of: Spec }
  | { readonly t: 'union'; readonly of: readonly Spec[] }
  | { readonly t: 'tuple'; readonly of: readonly Spec[]; readonly rest: Spec | undefined }
  | { readonly t: 'record'; readonly of: Spec }
  | { readonly t: 'object'; readonly fields: readonly Field[]; readonly others: 'strip' | 'strict' | 'loose' };

export interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly of: Spec;
}

/** Any schema, at most so deep. */
export function anySpec(make: Make, depth: number): Spec {
  const kinds = depth === 0 ? LEAVES : [...LEAVES, ...BRANCHES];
  switch (pick(make, kinds)) {
    case 'string':
      return { t: 'string', ...bounds(make) };
    case 'number':
      return { t: 'number', int: make(fc.boolean), ...bounds(make), step: pick(make, [0, 0, 1, 2, 4]) };
    case 'enum':
      return { t: 'enum', values: make(fc.subarray, ['a', 'b', 'cc'], { minLength: 1 }) };
    case 'boolean':
      return { t: 'boolean' };
    case 'date':
      return { t: 'date' };
    case 'uuid':
      return { t: 'uuid' };
    case 'any':
      return { t: 'any' };
    case 'array':
      return { t: 'array', ...bounds(make), of: anySpec(make, depth - 1) };
    case 'nullable':
      return { t: 'nullable', of: anySpec(make, depth - 1) };
    case 'union':
      return { t: 'union', of: some(make, () => anySpec(make, depth - 1)) };
    case 'tuple': {
      const of = some(make, () => anySpec(make, depth - 1));
      return { t: 'tuple', of, rest: make(fc.boolean) ? anySpec(make, 0) : undefined };
    }
    case 'record':
      return { t: 'record', of: anySpec(make, depth - 1) };
    default: {
      const names = make(fc.subarray, ['a', 'b', 'c', 'a b']);
      const fields = names.map((name) => ({ name, isOptional: make(fc.boolean), of: anySpec(make, depth - 1) }));
      return { t: 'object', fields, others: pick(make, ['strip', 'strict', 'loose']) };
    }
  }
}

/** The same but for one change, somewhere in it. */
export function changed(make: Make, spec: Spec): Spec {
  const parts = partsOf(spec);
  if (parts.length > 0 && make(fc.nat, { max: 2 }) > 0) {
    const index = make(fc.nat, { max: parts.length - 1 });
    return withParts(
      spec,
      parts.map((part, at) => (at === index ? changed(make, part) : part)),
    );
  }
  const how = make(fc.nat, { max: 3 });
  if (how === 0) return anySpec(make, 1);
  if (how === 1) return spec.t === 'nullable' ? spec.of : { t: 'nullable', of: spec };
  switch (spec.t) {
    case 'string':
    case 'array':
      return { ...spec, ...bounds(make) };
    case 'number':
      return { ...spec, ...bounds(make), int: make(fc.boolean), step: pick(make, [0, spec.step, 1, 2, 4]) };
    case 'enum':
      return { t: 'enum', values: make(fc.subarray, ['a', 'b', 'cc'], { minLength: 1 }) };
    case 'union':
      return {
        t: 'union',
        of: make(fc.boolean) ? [...spec.of, anySpec(make, 1)] : [...spec.of.slice(1), anySpec(make, 0)],
      };
    case 'tuple':
      return make(fc.boolean)
        ? { ...spec, of: [...spec.of, anySpec(make, 0)] }
        : { ...spec, rest: make(fc.boolean) ? anySpec(make, 0) : undefined };
    case 'object':
      return changedObject(make, spec);
    default:
      return anySpec(make, 0);
  }
}

export function schemaOf(spec: Spec): z.ZodType {
  switch (spec.t) {
    case 'string':
      return z.string().min(spec.min).max(spec.max);
    case 'array':
      return z
        .array(schemaOf(spec.of ?? { t: 'any' }))
        .min(spec.min)
        .max(spec.max);
    case 'number': {
      const number = (spec.int ? z.int() : z.number()).min(spec.min).max(spec.max);
      return spec.step === 0 ? number : number.multipleOf(spec.step);
    }
    case 'enum':
      return z.enum(spec.values as [string]);
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.date();
    case 'uuid':
      return z.uuid();
    case 'any':
      return z.any();
    case 'nullable':
      return schemaOf(spec.of).nullable();
    case 'union':
      return z.union(spec.of.map(schemaOf));
    case 'tuple': {
      const items = spec.of.map(schemaOf) as [z.ZodType];
      return spec.rest === undefined ? z.tuple(items) : z.tuple(items, schemaOf(spec.rest));
    }
    case 'record':
      return z.record(z.string(), schemaOf(spec.of));
    default: {
      const fields = spec.fields.map(({ name, isOptional, of }) => {
        const schema = schemaOf(of);
        return [name, isOptional ? schema.optional() : schema];
      });
      return OBJECTS[spec.others](Object.fromEntries(fields) as Record<string, z.ZodType>);
    }
  }
}

/** A value that fits, as a rule; a step or a range may leave none. */
export function valueOf(make: Make, spec: Spec): unknown {
  switch (spec.t) {
    case 'string':
      return make(fc.string, { minLength: spec.min, maxLength: spec.max });
    case 'array':
      return make(fc.array, fc.constant(0), { minLength: spec.min, maxLength: spec.max }).map(() =>
        valueOf(make, spec.of ?? { t: 'any' }),
      );
    case 'number': {
      const value = make(fc.integer, { min: spec.min, max: spec.max });
      if (spec.step > 0) return Math.min(spec.max, Math.ceil(value / spec.step) * spec.step);
      return spec.int ? value : Math.min(spec.max, value + 0.5);
    }
    case 'enum':
      return pick(make, spec.values);
    case 'boolean':
      return make(fc.boolean);
    case 'date':
      return make(fc.date, { noInvalidDate: true });
    case 'uuid':
      return make(fc.uuid);
    case 'any':
      return pick(make, ['a', 1, null, true, [], {}]);
    case 'nullable':
      return make(fc.boolean) ? null : valueOf(make, spec.of);
    case 'union':
      return valueOf(make, pick(make, spec.of));
    case 'tuple': {
      const { of, rest } = spec;
      const more = rest === undefined || make(fc.boolean) ? [] : [valueOf(make, rest)];
      return [...of.map((item) => valueOf(make, item)), ...more];
    }
    case 'record':
      return Object.fromEntries(make(fc.subarray, ['a', 'x']).map((name) => [name, valueOf(make, spec.of)]));
    default: {
      const fields = spec.fields.filter(({ isOptional }) => !isOptional || make(fc.boolean));
      const extra = spec.others === 'loose' && make(fc.boolean) ? [['b', 'extra']] : [];
      return Object.fromEntries([...extra, ...fields.map(({ name, of }) => [name, valueOf(make, of)])]);
    }
  }
}

function changedObject(make: Make, spec: Spec & { readonly t: 'object' }): Spec {
  const { fields } = spec;
  const how = make(fc.nat, { max: 3 });
  if (how === 0) return { ...spec, others: pick(make, ['strip', 'strict', 'loose']) };
  if (how === 1 || fields.length === 0) {
    const field = { name: 'd', isOptional: make(fc.boolean), of: anySpec(make, 0) };
    return { ...spec, fields: [...fields, field] };
  }
  const index = make(fc.nat, { max: fields.length - 1 });
  if (how === 2) return { ...spec, fields: fields.toSpliced(index, 1) };
  return { ...spec, fields: fields.map((field, at) => (at === index ? toggled(field) : field)) };
}

function toggled(field: Field): Field {
  return { ...field, isOptional: !field.isOptional };
}

function partsOf(spec: Spec): readonly Spec[] {
  if (spec.t === 'object') return spec.fields.map(({ of }) => of);
  if (!('of' in spec) || spec.of === undefined) return [];
  return Array.isArray(spec.of) ? (spec.of as readonly Spec[]) : [spec.of as Spec];
}

function withParts(spec: Spec, parts: readonly Spec[]): Spec {
  if (spec.t === 'object') {
    return { ...spec, fields: spec.fields.map((field, index) => ({ ...field, of: parts[index] ?? field.of })) };
  }
  const isList = 'of' in spec && Array.isArray(spec.of);
  return { ...spec, of: isList ? parts : parts[0] } as Spec;
}

function bounds(make: Make): { min: number; max: number } {
  const min = make(fc.nat, { max: 3 });
  return { min, max: min + make(fc.nat, { max: 3 }) };
}

function some<T>(make: Make, one: () => T): T[] {
  return Array.from({ length: 1 + make(fc.nat, { max: 2 }) }, one);
}

function pick<T>(make: Make, values: readonly T[]): T {
  return values[make(fc.nat, { max: values.length - 1 })]!;
}

const LEAVES = ['string', 'number', 'enum', 'boolean', 'date', 'uuid', 'any'] as const;
const BRANCHES = ['array', 'nullable', 'union', 'tuple', 'record', 'object', 'object'] as const;

const OBJECTS = { strip: z.object, strict: z.strictObject, loose: z.looseObject };
