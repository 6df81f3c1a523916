import { connect } from '@reeve/client';
import { answerParent } from '../child-process.ts';
import { OpenLoop } from '../overload/open-loop.ts';
import type { OpenLoopOrder } from '../overload/open-loop.ts';
import { CalcClient } from './generated/calc.client.ts';

/** Calls at the times of a schedule, whatever becomes of the calls before: `open-loop-client.ts ENDPOINT`. */
const reeve = await connect({ brokers: [process.argv[2] ?? ''] });
const loop = new OpenLoop(new CalcClient(reeve), () => reeve.stats());
answerParent((order) => (order.kind === 'open loop' ? loop.run(order as OpenLoopOrder) : undefined));
