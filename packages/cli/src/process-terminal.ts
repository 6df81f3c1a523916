import type { Stream, Terminal } from './terminal.ts';
import { wantsColour } from './terminal.ts';

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    readInput,
    onStop(listener) {
      const onSignal = (): void => listener('signal');
      const onDisconnect = (): void => listener('parent');
      for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
      process.on('disconnect', onDisconnect);
      return () => {
        for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
        process.off('disconnect', onDisconnect);
      };
    },
    onCrash(listener) {
      process.on('uncaughtException', listener);
    },
  };
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  // Who reads no more (`reeve services | head -1`) is not an error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    isTerminal: stream.isTTY,
    hasColour: wantsColour(stream.isTTY, process.env),
    write: (text) => {
      stream.write(text);
    },
  };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The last one: its terminal was closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
