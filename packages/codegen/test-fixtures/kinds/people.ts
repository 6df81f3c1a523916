import { z } from 'zod';
import { Team } from './teams.ts';

/** Somebody. Refers to teams in another file, which refer back. */
export const Person = z.object({
  name: z.string().max(100),
  get teams() {
    return z.array(Team).max(10);
  },
});

/** Where somebody lives. */
export const Address = z.object({ street: z.string().max(100), town: z.string().max(100).optional() }).readonly();
