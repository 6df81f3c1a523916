import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';

/** Programs that are not ours to install. */
export type ServerName = 'nats-server' | 'redis-server' | 'python3-zmq';

export interface Server {
  /** How to ask for its version; fails where it is missing. */
  readonly version: readonly [command: string, ...args: string[]];
  readonly install: string;
}

export const SERVERS: Readonly<Record<ServerName, Server>> = {
  'nats-server': { version: ['nats-server', '--version'], install: 'apt-get install nats-server' },
  'redis-server': { version: ['redis-server', '--version'], install: 'apt-get install redis-server' },
  'python3-zmq': {
    // The system's own Python: another does not see its packages.
    version: ['/usr/bin/python3', '-c', 'import zmq; print(zmq.zmq_version())'],
    install: 'apt-get install python3-zmq',
  },
};

/** The version of a server that is there, or nothing. */
export async function serverVersion(name: ServerName): Promise<string | undefined> {
  const [command, ...args] = SERVERS[name].version;
  try {
    const { stdout } = await promisify(execFile)(command, args, { env: serverEnv(), timeout: ANSWER_MS });
    return /\d+(?:\.\d+)+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

/** Debian puts servers where only root looks. */
export function serverEnv(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter) };
}

const ANSWER_MS = 10_000;
