import { connect } from '@reeve/client';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { CalcClient } from './generated/calc.client.ts';

/** The load on Reeve, with deadlines and retries as they are by default: `reeve-client.ts ENDPOINT`. */
async function open(): Promise<Connection> {
  // A storm takes a loaded machine longer than the default of 5 s.
  const reeve = await connect({ brokers: [process.argv[2] ?? ''], connectTimeoutMs: 20_000 });
  const calc = new CalcClient(reeve);
  return {
    add: async (a, b) => (await calc.add({ a, b })).sum,
    echo: async (body) => (await calc.echo({ body })).body,
    close: () => reeve.close(),
  };
}

serveLoad(open);
