import * as z from 'zod';

/** As the compiler makes it of `enum Level { Low = 1, High = 5, Named = 'named' }`. */
const Level = Object.assign({ Low: 1, High: 5, Named: 'named' } as const, { 1: 'Low', 5: 'High' } as const);

/** A page of anything. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).max(100), next: z.string().max(50).nullish() });

/** Names that are types of the language. */
export const Error = z.object({ message: z.string().max(9) });
export const Map = z.object({ zoom: z.int() });
export const Promise = z.object({ kept: z.boolean() });
export const string = z.object({ text: z.string().max(99) });
export const any = z.enum(['x']);
export const object = z.tuple([z.int(), z.int()]);
export const $dollar = z.object({ a: z.int() });
export const größe = z.object({ größe: z.number() });
export const _ = z.object({ u: z.int() });
export const Client = z.object({ c: z.int() });

export const UserId = z.string().max(40).brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

/** Mutual recursion through getters, with another type on each side. */
export const Node = z.object({
  id: UserId,
  level: z.enum<{ readonly Low: 1; readonly High: 5; readonly Named: 'named' }>(Level),
  get edges() {
    return z.array(Edge).max(9);
  },
});
export const Edge = z.object({
  weight: z.number().min(0).default(1),
  get to() {
    return Node.optional();
  },
});
export const DateRange = z
  .object({ from: z.coerce.date(), to: z.date() })
  .refine((r) => r.from <= r.to, { error: 'from > to' });
