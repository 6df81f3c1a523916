import { method, service } from '@reeve/contract';
import { z } from 'zod';

export const Primes = service('primes', {
  version: '1.0.0',
  doc: 'Counts primes.',
  methods: {
    count: method({
      doc: 'How many primes there are below a number.',
      input: z.object({ below: z.int().min(0) }),
      output: z.object({ count: z.int() }),
      idempotent: true,
      timeoutMs: 30_000,
    }),
  },
});
