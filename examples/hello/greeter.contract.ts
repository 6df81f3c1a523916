import { method, service } from '@reeve/contract';
import { z } from 'zod';

export const Greeter = service('greeter', {
  version: '1.0.0',
  doc: 'Says hello.',
  methods: {
    greet: method({
      doc: 'A greeting for one person.',
      input: z.object({ name: z.string().min(1).max(80) }),
      output: z.object({ text: z.string(), from: z.string() }),
      idempotent: true,
    }),
  },
});
