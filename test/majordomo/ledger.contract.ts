import { method, service } from '@reeve/contract';
import { z } from 'zod';

const input = z.object({ id: z.string(), amount: z.int() });
const output = z.object({ id: z.string(), total: z.int() });

/** An object each way, as MessagePack or JSON. */
export const Ledger = service('ledger', {
  version: '1.0.0',
  methods: {
    book: method({ doc: 'Is started once at most.', input, output }),
    enter: method({ doc: 'Calls with the same id share one result.', input, output, idempotent: true, key: 'id' }),
    count: method({ doc: 'May reply in parts.', input, output, idempotent: true }),
  },
});
