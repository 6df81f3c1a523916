import { lstatSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bindError } from './bind-error.ts';
import type { IpcEndpoint } from './endpoint.ts';
import { EndpointError } from './endpoint.ts';

/** The right to listen on a path. */
export interface IpcClaim {
  /** Gives it back and removes the socket's file. */
  release(): void;
}

/**
 * Makes sure that nobody else listens on a path, and keeps it so.
 *
 * A socket's file stays when its process was killed, and keeps the next one from listening. It has to be removed, and
 * nothing in it says whether somebody listens still. So a file beside it, `<path>.lock`, holds the id of the process
 * that does. What a killed process leaves behind is no obstacle: a path that nobody answers on is free.
 */
export async function claimIpcPath(endpoint: IpcEndpoint): Promise<IpcClaim> {
  const { path } = endpoint;
  refuseOtherFiles(endpoint);
  const lockPath = `${path}.lock`;
  const mark = `${process.pid}\n`;
  try {
    for (let attempt = 1; !writeLock(lockPath, mark); attempt++) {
      const holder = readLock(lockPath);
      if (await answers(path)) throw taken(endpoint, holder);
      // Alive and silent: about to bind, or the number is another process's by now.
      if (attempt < ATTEMPTS && isAlive(holder)) await sleep(PAUSE_MS);
      else breakLock(lockPath, holder);
    }
  } catch (thrown) {
    throw thrown instanceof EndpointError ? thrown : bindError(endpoint, thrown);
  }
  if (await answers(path)) {
    rmSync(lockPath, { force: true });
    throw taken(endpoint, '');
  }
  return {
    release: () => {
      rmSync(path, { force: true });
      rmSync(lockPath, { force: true });
    },
  };
}

function refuseOtherFiles(endpoint: IpcEndpoint): void {
  const file = lstatSync(endpoint.path, { throwIfNoEntry: false });
  if (file === undefined || file.isSocket()) return;
  const advice = 'there is something else at this path; remove it, or choose another path';
  throw new EndpointError('taken', endpoint.text, `cannot listen on ${endpoint.text}: ${advice}`);
}

function taken(endpoint: IpcEndpoint, holder: string): EndpointError {
  const who = holder.trim() === '' ? 'another process' : `process ${holder.trim()}`;
  const text = `cannot listen on ${endpoint.text}: ${who} listens there; stop it, or choose another path`;
  return new EndpointError('taken', endpoint.text, text);
}

/** Whether the lock is ours now; `false` if there is one already. */
function writeLock(lockPath: string, mark: string): boolean {
  try {
    writeFileSync(lockPath, mark, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

function readLock(lockPath: string): string {
  try {
    return readFileSync(lockPath, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a lock that was judged stale. Moved away first: only one of two that judge so gets it. */
function breakLock(lockPath: string, judged: string): void {
  const aside = `${lockPath}.${process.pid}`;
  try {
    renameSync(lockPath, aside);
    // Somebody else was quicker and this is their new one: put it back.
    if (readLock(aside) !== judged) linkSync(aside, lockPath);
  } catch {
    // Gone already.
  }
  rmSync(aside, { force: true });
}

/** Whether a process accepts connections on the path. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // EAGAIN: too many are waiting to be accepted, so somebody listens.
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}

const ATTEMPTS = 6;
const PAUSE_MS = 50;
