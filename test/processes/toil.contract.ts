import { method, service } from '@reeve/contract';
import { z } from 'zod';

const Work = z.object({
  number: z.int(),
  ms: z.int().min(0).max(10_000),
  /** Whether the time is spent with the event loop blocked. */
  isBusy: z.boolean().optional(),
});
const Done = z.object({ double: z.int(), pid: z.int() });

/** The same work under both kinds of delivery. */
export const Toil = service('toil', {
  version: '1.0.0',
  methods: {
    again: method({ doc: 'May be started again.', input: Work, output: Done, idempotent: true, timeoutMs: 30_000 }),
    once: method({ doc: 'Is started once at most.', input: Work, output: Done, timeoutMs: 30_000 }),
  },
});
