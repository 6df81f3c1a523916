import { serveLoad } from '../load-process.ts';
import { moleculerNode } from './moleculer-broker.ts';
import { CALL_MS } from './port-of.ts';

/** The load on Moleculer: `moleculer-client.ts nats|tcp ENDPOINT…`. */
const [kind, ...endpoints] = process.argv.slice(2);
const broker = moleculerNode(kind, 'client', endpoints);
await broker.start();
// Looks every 20 ms whether the service is there; the default of a second would count in a cold start.
await broker.waitForServices('calc', CALL_MS, 20);

serveLoad(() => ({
  add: async (a, b) => (await broker.call<{ sum: number }, object>('calc.add', { a, b }, { timeout: CALL_MS })).sum,
  close: () => undefined,
}));
