import { connect } from '@reeve/client';
import { serveLoad } from '../load-process.ts';
import { manyServices } from './many-services.ts';

/** The load on many services in turn: `growth-client.ts ENDPOINT SERVICES`. */
const [endpoint = '', services] = process.argv.slice(2);

serveLoad(async () => {
  const reeve = await connect({ brokers: [endpoint] });
  const methods = manyServices(Number(services)).map(({ descriptor }) =>
    reeve.method<{ a: number; b: number }, { sum: number }>(descriptor, 'add'),
  );
  let calls = 0;
  return {
    add: async (a, b) => {
      calls += 1;
      return (await methods[calls % methods.length]!({ a, b })).sum;
    },
    close: () => reeve.close(),
  };
});
