import fastify from 'fastify';
import { answerParent } from '../child-process.ts';
import { portOf } from './port-of.ts';

/** Adds two numbers over HTTP: `fastify-worker.ts ENDPOINT`. */
const server = fastify();
const number = { type: 'integer' };
server.post<{ Body: { a: number; b: number } }>(
  '/add',
  {
    // Checks what comes in, and makes the writing of what goes out fast.
    schema: {
      body: { type: 'object', properties: { a: number, b: number }, required: ['a', 'b'] },
      response: { 200: { type: 'object', properties: { sum: number } } },
    },
  },
  // Not async: that costs a promise more.
  ({ body: { a, b } }, reply) => {
    reply.send({ sum: a + b });
  },
);
await server.listen({ host: '127.0.0.1', port: portOf(process.argv[2]) });
answerParent();
