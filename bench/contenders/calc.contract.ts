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
    echo: method({
      doc: 'Returns a body as it is.',
      input: z.object({ body: z.instanceof(Uint8Array) }),
      output: z.object({ body: z.instanceof(Uint8Array) }),
      idempotent: true,
    }),
  },
});
