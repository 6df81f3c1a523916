import { method, service } from '@reeve/contract';
import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import { z } from 'zod';

/** A contract for handlers that misbehave in a thread. */
export const Lab = service('lab', {
  version: '1.0.0',
  methods: {
    work: method({
      input: labInput(),
      output: z.object({ text: z.string() }),
      errors: { REFUSED: { code: 'not_found', data: z.object({ since: z.date() }) } },
    }),
    other: method({ input: labInput(), output: z.object({ text: z.string() }), leaseMs: 200 }),
  },
});

/** What runs in a thread tells the test through shared memory how far it is. */
function labInput() {
  return z.object({ act: z.string() }).transform((input) => ({ ...input, ...shared(input.act) }));
}

export interface LabInput {
  readonly act: string;
  readonly atWork?: Int32Array;
}

/** For each act: memory that the handler and the test share. The handler sets it to 1 when it is at work. */
export const memory = new Map<string, Int32Array>();

function shared(act: string): Pick<LabInput, 'atWork'> {
  const atWork = memory.get(act);
  return atWork === undefined ? {} : { atWork };
}

const REST = {
  fingerprint: 'f'.repeat(32),
  accepts: [],
  key: [],
  timeoutMs: 10_000,
  idempotent: false,
  input: { kind: 'object', fields: { act: { kind: 'string' } } },
  output: { kind: 'object', fields: { text: { kind: 'string' } } },
} as const satisfies Partial<MethodDescriptor>;

/** What `reeve gen` makes of it. */
export const labDescriptor: ServiceDescriptor = {
  name: 'lab',
  version: '1.0.0',
  shapes: {},
  methods: {
    work: {
      ...REST,
      name: 'work',
      errors: { REFUSED: { code: 'not_found', data: { kind: 'object', fields: { since: { kind: 'date' } } } } },
    },
    other: { ...REST, name: 'other', leaseMs: 200, errors: {} },
  },
};
