import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { z } from 'zod';
import { answerParent } from '../child-process.ts';
import { portOf } from './port-of.ts';

/** Adds two numbers as a procedure of tRPC: `trpc-worker.ts ENDPOINT`. */
const t = initTRPC.create();
const router = t.router({
  // A mutation, so that batches travel in the body of a POST: in a URL they would be cut short.
  add: t.procedure
    .input(z.object({ a: z.int(), b: z.int() }))
    .output(z.object({ sum: z.int() }))
    .mutation(({ input: { a, b } }) => ({ sum: a + b })),
});
export type CalcRouter = typeof router;

const server = createHTTPServer({ router });
await new Promise<void>((resolve) => {
  server.listen(portOf(process.argv[2]), '127.0.0.1', resolve);
});
answerParent();
