import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Role } from './peer.ts';
import { bundleOf, bundlePrograms } from '../support/bundle.ts';

/** Starts `peer.ts` in a process of its own. The folder is for its bundle. */
export function startPeer(role: Role, endpoint: string, folder: string): PeerProcess {
  const bundle = bundleOf('peer.ts', folder);
  if (!existsSync(bundle)) bundlePrograms([new URL('peer.ts', import.meta.url)], folder);
  return new PeerProcess(
    fork(bundle, [role, endpoint], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
}

export class PeerProcess {
  /** What it said first: `ready`, or why it is not. */
  readonly said: Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
    this.said = Promise.race([
      once(child, 'message').then(([message]) => message as string),
      this.ended.then((how) => `it ended: ${how}`),
    ]);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Ends it as by kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
