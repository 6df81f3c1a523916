import { serveLoad } from '../load-process.ts';
import { takingMs } from './taking-ms.ts';

/** The handlers of the pool, called as functions: what a pool could give at best: `in-process-client.ts MS`. */
const handlers = takingMs(Number(process.argv[2]));

serveLoad(() => ({
  add: async (a, b) => (await handlers.add({ a, b })).sum,
  close: () => undefined,
}));
