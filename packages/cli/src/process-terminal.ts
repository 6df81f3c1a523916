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
      for (const event of STOP_EVENTS) process.on(event, listener);
      return () => {
        for (const event of STOP_EVENTS) process.off(event, listener);
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

/** The last one comes when the process that has started this one, and holds a channel to it, closes that or dies. */
const STOP_EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const;
