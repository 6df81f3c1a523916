import { method, service } from '@reeve/contract';
import type { ServiceDescriptor } from '@reeve/protocol';
import { z } from 'zod';

/** The service that the load calls. */
export const Calc = service('calc', {
  version: '1.0.0',
  methods: {
    add: method({
      input: z.object({ a: z.int(), b: z.int() }),
      output: z.object({ sum: z.int() }),
      idempotent: true,
    }),
  },
});
const INT = { kind: 'number', int: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER } as const;
export const CalcDescriptor: ServiceDescriptor = {
  name: 'calc', version: '1.0.0', shapes: {},
  methods: { add: { name: 'add', fingerprint: 'f', accepts: [], idempotent: true, key: [], timeoutMs: 10_000, errors: {},
    input: { kind: 'object', fields: { a: INT, b: INT }, optional: [], unknown: 'strip' },
    output: { kind: 'object', fields: { sum: INT }, optional: [], unknown: 'strip' } } },
};
