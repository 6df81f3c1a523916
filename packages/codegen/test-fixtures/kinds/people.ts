import { z } from 'zod';

/** Somebody. Refers to teams, which refer back. */
export const Person = z.object({
  name: z.string().max(100),
  get teams() {
    return z.array(Team).max(10);
  },
});

/** A group of people. */
const Team = z.object({
  title: z.string().max(100),
  get lead() {
    return Person.nullable();
  },
});

/** Where somebody lives. */
export const Address = z.object({ street: z.string().max(100), town: z.string().max(100).optional() }).readonly();
