import { processTerminal } from './process-terminal.ts';
import { run } from './run.ts';

/**
 * Runs the command line of this process and ends the process.
 *
 * It ends it by hand: what a user's module has left open must not keep a command from returning.
 */
export async function start(): Promise<void> {
  const code = await run(process.argv.slice(2), processTerminal());
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
