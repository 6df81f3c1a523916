import { serveLoad } from '../load-process.ts';
import { moleculerNode } from './moleculer-broker.ts';
import { CALL_MS } from './port-of.ts';

/** The load on Moleculer: `moleculer-client.ts nats|tcp ENDPOINT…`. */
const [kind, ...endpoints] = process.argv.slice(2);
const broker = moleculerNode(kind, 'client', endpoints);
await broker.start();
await broker.waitForServices('calc', CALL_MS);

serveLoad(() => ({
  add: async (a, b) => (await broker.call<{ sum: number }, object>('calc.add', { a, b }, { timeout: CALL_MS })).sum,
  close: () => undefined,
}));
