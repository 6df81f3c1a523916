import { method, service } from '@reeve/contract';
import { z } from 'zod';

export const Calc = service('calc', {
  version: '1.0.0',
  doc: 'What the load calls.',
  methods: {
    add: method({
      doc: 'Adds two numbers.',
      input: z.object({ a: z.int(), b: z.int() }),
      output: z.object({ sum: z.int() }),
      idempotent: true,
    }),
  },
});
