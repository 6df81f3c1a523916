import { connect } from '@reeve/client';
import { serveLoad } from '../load-process.ts';
import { CalcClient } from './generated/calc.client.ts';

/** The load on Reeve, with deadlines and retries as they are by default: `reeve-client.ts ENDPOINT`. */
const reeve = await connect({ brokers: [process.argv[2] ?? ''] });
const calc = new CalcClient(reeve);
serveLoad(async (a, b) => (await calc.add({ a, b })).sum);
