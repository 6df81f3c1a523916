import { method, service } from '@reeve/contract';
import { z } from 'zod';

const Work = z.object({ name: z.string().max(64), ms: z.int().min(0).max(10_000) });
/** What the handler saw, as a hash, and a name for this very start of it. */
const Done = z.object({ seen: z.string().max(64), start: z.string().max(64) });

/** The same work under every kind of delivery. */
export const Strain = service('strain', {
  version: '1.0.0',
  methods: {
    again: method({ doc: 'May be started again.', input: Work, output: Done, idempotent: true }),
    once: method({ doc: 'Is started once at most.', input: Work, output: Done }),
    keyedAgain: method({ doc: 'Shares one result.', input: Work, output: Done, idempotent: true, key: 'name' }),
    keyedOnce: method({ doc: 'Shares one result, of one start.', input: Work, output: Done, key: 'name' }),
  },
});
