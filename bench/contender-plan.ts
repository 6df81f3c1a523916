import type { ServerName } from './servers.ts';

/** One of those that are compared: what it is, and how to start it. */
export interface ContenderPlan {
  /** For the command line and the results. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Whether calls pass a process in the middle. */
  readonly isBrokered: boolean;
  /** Only measured with `--all`. */
  readonly isExtra?: boolean;
  /** Needs the packages of `bench/peers`. */
  readonly isForeign?: boolean;
  readonly needs?: ServerName;
  /** In the order in which they are started, the process that makes the load last. Gets two free endpoints. */
  readonly processes: (front: string, back: string) => readonly ProcessPlan[];
}

export type Role = 'client' | 'broker' | 'worker';

export type ProcessPlan = FilePlan | ProgramPlan;

/** A file of `bench/` that says when it is ready. */
export interface FilePlan {
  readonly role: Role;
  readonly file: string;
  readonly args: readonly string[];
}

/** A program that is no file of ours; it is ready when it listens. */
export interface ProgramPlan {
  readonly role: Role;
  readonly command: readonly [string, ...string[]];
  readonly listensAt: string;
}

export function file(role: Role, name: string, ...args: readonly string[]): FilePlan {
  return { role, file: name, args };
}
