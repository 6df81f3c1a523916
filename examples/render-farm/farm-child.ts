import type { FarmMessage } from './farm-messages.ts';

/**
 * Runs the main function of a process of the farm.
 *
 * The process ends with the demo, however that ends: the lost channel is noticed after a SIGKILL too. Ctrl-C in a
 * terminal reaches every process; the demo decides what to do about it.
 */
export async function runChild(main: () => Promise<void>): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit());
  // The demo may have ended while this process was starting.
  if (!process.connected) process.exit();
  try {
    await main();
  } catch (error) {
    await tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  }
  if (process.connected) process.disconnect();
}

/** Sends a message to the demo. Resolves when it is on its way, or lost together with the demo. */
export function tell(message: FarmMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
