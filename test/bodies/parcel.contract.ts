import { method, service } from '@reeve/contract';
import { z } from 'zod';

const Parcel = z.object({ label: z.string(), content: z.instanceof(Uint8Array) });

/** Large bodies under both kinds of delivery. */
export const Parcels = service('parcels', {
  version: '1.0.0',
  methods: {
    pass: method({ doc: 'May be started again.', input: Parcel, output: Parcel, idempotent: true }),
    hand: method({ doc: 'Is started once at most.', input: Parcel, output: Parcel }),
  },
});
