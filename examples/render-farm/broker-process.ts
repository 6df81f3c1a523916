/** The entry of the broker process. Argument: where to listen. SIGTERM shuts it down without losing a call. */
import { startBroker } from '@reeve/broker';
import { runChild, tell } from './farm-child.ts';

async function main(): Promise<void> {
  const [listen = ''] = process.argv.slice(2);
  const broker = await startBroker({ listen });
  process.once('SIGTERM', () => void broker.drain());
  await tell({ kind: 'ready' });
  await broker.ended;
}

await runChild(main);
