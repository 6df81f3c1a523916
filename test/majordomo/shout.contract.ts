import { method, service } from '@reeve/contract';
import { z } from 'zod';

/** Bytes each way: what a Majordomo worker takes without a word of configuration. */
export const Shout = service('shout', {
  version: '1.0.0',
  methods: {
    call: method({
      doc: 'Gives the bytes back.',
      input: z.instanceof(Uint8Array),
      output: z.instanceof(Uint8Array),
      idempotent: true,
    }),
    tell: method({ doc: 'Takes an object.', input: z.object({ text: z.string() }), output: z.instanceof(Uint8Array) }),
  },
});
