import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { documentBytesMax } from './documents.ts';
import { themes } from './themes.ts';

export const Docs = service('docs', {
  version: '1.0.0',
  doc: 'Turns Markdown documents into HTML.',
  methods: {
    render: method({
      doc: 'Renders one document, with its code blocks in the colours of a theme.',
      input: z.object({
        path: z.string().max(4096),
        markdown: z.string().max(documentBytesMax),
        theme: z.enum(themes.map((theme) => theme.name)),
      }),
      output: z.object({
        html: z.string(),
        worker: z.string(),
        attempt: z.int().min(1),
      }),
      // The same input gives the same bytes, so a second start does no harm.
      idempotent: true,
      // A document takes milliseconds; the rest is for waiting behind others, a killed worker and a broker's restart.
      timeoutMs: 30_000,
    }),
  },
});
