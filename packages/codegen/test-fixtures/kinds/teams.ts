import { z } from 'zod';
import { Person } from './people.ts';

/** A group of people. */
export const Team = z.object({
  title: z.string().max(100),
  get lead() {
    return Person.nullable();
  },
});
