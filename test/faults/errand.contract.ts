import { method, service } from '@reeve/contract';
import { z } from 'zod';

const input = z.object({ number: z.int() });
const output = z.object({ double: z.int() });

/** The same small work under both kinds of delivery. */
export const Errand = service('errand', {
  version: '1.0.0',
  methods: {
    again: method({ doc: 'May be started again.', input, output, idempotent: true }),
    once: method({ doc: 'Is started once at most.', input, output }),
  },
});
