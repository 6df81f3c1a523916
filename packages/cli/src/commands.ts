import type { Command, CommandBody } from './command.ts';

/** All commands, in the order in which one meets them. Loaded when they are needed: help should not load ZeroMQ. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'write a first contract, worker and client',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'dev',
    summary: 'run broker, worker and code generation in one terminal',
    load: async () => (await import('./commands/dev.ts')).devCommand,
  },
  {
    name: 'broker',
    summary: 'run a broker',
    load: async () => (await import('./commands/broker.ts')).brokerCommand,
  },
  {
    name: 'worker',
    summary: 'run a worker from a TypeScript or JavaScript module',
    load: async () => (await import('./commands/worker.ts')).workerCommand,
  },
  {
    name: 'gen',
    summary: 'generate typed clients and workers from contracts',
    load: async () => (await import('./commands/gen.ts')).genCommand,
  },
  {
    name: 'diff',
    summary: 'tell what a change of contracts breaks',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'call',
    summary: 'call a method of a running service',
    load: async () => (await import('./commands/call.ts')).callCommand,
  },
  {
    name: 'services',
    summary: 'list the services that a broker knows',
    load: async () => (await import('./commands/services.ts')).servicesCommand,
  },
  {
    name: 'describe',
    summary: 'show what a running service or method is like',
    load: async () => (await import('./commands/describe.ts')).describeCommand,
  },
];

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandBody>;
}

/** Loads a command with everything that it needs. */
export async function loadCommand({ name, summary, load }: CommandEntry): Promise<Command> {
  return { name, summary, ...(await load()) };
}
