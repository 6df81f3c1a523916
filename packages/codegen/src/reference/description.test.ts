import { expect, test } from 'vitest';
import { readService } from '../contract-project.test-support.ts';
import { descriptionOf } from './description.ts';
import { methodSchema } from './method-schema.ts';

test('a description has docs, and of rules those that people understand', async () => {
  const service = await readService(`
    /** One of them. */
    const Code = z.object({ text: z.string().regex(/^A/).refine((text) => text !== 'AB').describe('Its text.') });
    export const S = service('s', { version: '1.2.3', doc: 'All of it.', methods: {
      /** Does it. */
      m: method({
        input: Code.readonly(), output: z.void(), idempotent: true, leaseMs: 500,
        errors: {
          /** No more. */
          GONE: Code,
          CLOSED: { code: 'unavailable' },
        },
      }),
    } });`);
  expect(descriptionOf(service)).toEqual({
    name: 's',
    version: '1.2.3',
    doc: 'All of it.',
    methods: {
      m: {
        fingerprint: service.methods[0]?.fingerprint,
        doc: 'Does it.',
        idempotent: true,
        key: [],
        timeoutMs: 10_000,
        leaseMs: 500,
        input: { kind: 'ref', name: 'Code' },
        output: { kind: 'undefined' },
        errors: {
          GONE: { code: 'failed_precondition', doc: 'No more.', data: { kind: 'ref', name: 'Code' } },
          CLOSED: { code: 'unavailable' },
        },
      },
    },
    shapes: {
      Code: {
        kind: 'object',
        doc: 'One of them.',
        fields: { text: { kind: 'string', doc: 'Its text.', rules: ['pattern /^A/'] } },
      },
    },
  });
});

test('each side of a transform and of a codec is described as it crosses the wire', async () => {
  const service = await readService(`
    const day = z.codec(z.iso.date(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString().slice(0, 10),
    });
    const S1 = z.object({
      at: day,
      length: z.string().max(9).transform((text) => text.length).pipe(z.int().max(9)),
      size: z.int().default(5),
      name: z.string().trim().regex(/^a/),
    });
    export const S = service('s', { version: '1.0.0', methods: { m: method({ input: S1, output: S1 }) } });`);
  const schema = methodSchema(descriptionOf(service), 'm');
  expect(schema['properties']).toEqual({
    input: { $ref: '#/$defs/S1Input' },
    output: { $ref: '#/$defs/S1Output' },
  });
  expect(schema['$defs']).toEqual({
    S1Input: {
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date' },
        length: { type: 'string', maxLength: 9 },
        size: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, default: 5 },
        // The pattern is one of what trimming leaves.
        name: { type: 'string' },
      },
      required: ['at', 'length', 'name'],
    },
    S1Output: {
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time', $comment: 'Date' },
        length: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: 9 },
        size: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
        name: { type: 'string', pattern: '^a' },
      },
      required: ['at', 'length', 'size', 'name'],
    },
  });
});

test('a method that is not there has no schema', () => {
  const service = { name: 's', version: '1.0.0', methods: {}, shapes: {} };
  expect(() => methodSchema(service, 'constructor')).toThrow('the service "s" has no method "constructor"');
});
