import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@reeve/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findMethod } from './find-method.ts';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';

let project: GreeterProject;

beforeEach(async () => {
  project = await GreeterProject.make();
});

afterEach(async () => {
  await ReeveProcess.killAll();
  await project.remove();
});

// Each starts several processes one after the other, on a machine that may have other things to do.
describe('reeve dev', { timeout: 60_000 }, () => {
  test('runs a worker, starts it anew when it changes, and leaves nothing behind', async () => {
    await project.write('src/worker.ts', workerSaying('One'));
    const { dev, endpoint } = await start();
    const pids = [await pidOf(dev, 1)];
    expect(await hello(endpoint)).toBe('One, you');
    await project.write('src/worker.ts', workerSaying('Two'));
    pids.push(await pidOf(dev, 2));
    expect(await hello(endpoint)).toBe('Two, you');
    dev.signal('SIGINT');
    expect(await dev.ended).toMatchObject({ code: 0, signal: null });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test('generates again, and shows a mistake while the worker goes on', async () => {
    await project.write('src/worker.ts', workerSaying('One'));
    const { dev, endpoint } = await start();
    await pidOf(dev, 1);
    const contract = join('src', 'greeter.contract.ts');
    const text = await readFile(join(project.folder, contract), 'utf8');
    await project.write(contract, text.replace('z.object', 'z.objekt'));
    await dev.wrote(/error: src\/greeter\.contract\.ts:.*objekt.*\n {2}next: .*\nwaiting for a change\n/);
    expect(await hello(endpoint)).toBe('One, you');
    await project.write(contract, text.replace('1.0.0', '1.1.0'));
    await dev.wrote(/written {2}src\/generated\/greeter\.descriptor\.ts\n/);
    await pidOf(dev, 2);
    expect(await hello(endpoint)).toBe('One, you');
  });

  test('that is killed takes its worker along', async () => {
    await project.write('src/worker.ts', workerSaying('One'));
    const { dev } = await start('--json');
    const pid = await pidOf(dev, 1);
    expect(dev.stdout).toMatch(/^\{"listening":\["tcp:[^"]+"\],"pid":\d+\}\n$/);
    dev.signal('SIGKILL');
    while (isRunning(pid)) await sleep(20);
    expect(isRunning(pid)).toBe(false);
  });

  test('tells that the worker has ended, and waits', async () => {
    await project.write('src/worker.ts', 'process.exit(3);');
    const { dev } = await start();
    await dev.wrote(/the worker has ended \(exit code 3\); waiting for a change\n/);
    await project.write('src/worker.ts', workerSaying('One'));
    expect(isRunning(await pidOf(dev, 1))).toBe(true);
  });

  test('without a contract says how to get one', async () => {
    const args = ['dev', '--listen', 'tcp://127.0.0.1:0', '--contracts', 'no/*.ts', '--json'];
    const ended = await reeve(args, { cwd: project.folder });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'error: No contract matches no/*.ts.\n  next: write a first contract with reeve init',
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'not_found', reason: 'no_contract' } });
  });
});

function workerSaying(word: string): string {
  return `import { serveGreeter } from './generated/greeter.worker.js';
    process.stderr.write('pid ' + process.pid + '\\n');
    export default serveGreeter({ hello: ({ name }) => ({ text: '${word}, ' + name, at: new Date(0) }) });`;
}

async function start(...more: string[]): Promise<{ dev: ReeveProcess; endpoint: string }> {
  const dev = new ReeveProcess(['dev', '--listen', 'tcp://127.0.0.1:0', ...more], { cwd: project.folder });
  const [, endpoint = ''] = await dev.wrote(/listening(?: on |":\[")(tcp:[^\s"]+)/);
  return { dev, endpoint };
}

/** The number of the nth worker, once it serves. */
async function pidOf(dev: ReeveProcess, nth: number): Promise<number> {
  for (;;) {
    const pids = [...dev.stderr.matchAll(/^pid (\d+)$/gm)];
    const serving = [...`${dev.stdout}${dev.stderr}`.matchAll(/^serving greeter \(hello\)$/gm)];
    const pid = pids[nth - 1]?.[1];
    if (pid !== undefined && serving.length >= nth) return Number(pid);
    await dev.changed();
  }
}

async function hello(endpoint: string): Promise<string> {
  const client = await connect({ brokers: [endpoint] });
  try {
    const service = await findMethod(client, { service: 'greeter', method: 'hello' }, 10_000);
    const call = client.method<{ name: string }, { text: string }>(service, 'hello');
    return (await call({ name: 'you' })).text;
  } finally {
    await client.close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
