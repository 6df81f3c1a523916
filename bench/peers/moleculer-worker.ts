import { answerParent } from '../child-process.ts';
import { moleculerNode } from './moleculer-broker.ts';

/** Adds two numbers as a service of Moleculer: `moleculer-worker.ts nats|tcp ENDPOINT…`. */
const [kind, ...endpoints] = process.argv.slice(2);
const broker = moleculerNode(kind, 'worker', endpoints);
broker.createService({
  name: 'calc',
  actions: {
    add: {
      params: { a: 'number', b: 'number' },
      handler: ({ params: { a, b } }: { params: { a: number; b: number } }) => ({ sum: a + b }),
    },
  },
});
await broker.start();
answerParent();
