import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiled } from '../support/compiled.ts';
import { freeEndpoint } from '../processes/fleet.ts';
import { codeBlocks, commands } from './code-blocks.ts';

/**
 * The README as a newcomer takes it: its files are written, its commands are run in its order. Only the port differs,
 * by the environment variable that the README names.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the workspace, so that the packages are found as in a project that has installed them.
const folder = fileURLToPath(new URL('project/', import.meta.url));
const readme = await readFile(`${root}README.md`, 'utf8');
const running: ChildProcess[] = [];

describe('the README', () => {
  let environment: NodeJS.ProcessEnv;
  let endpoint: string;

  beforeAll(async () => {
    endpoint = await freeEndpoint();
    environment = { ...process.env, REEVE_BROKERS: endpoint, NO_COLOR: '1' };
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}package.json`, '{ "type": "module" }\n');
    for (const { name, text } of codeBlocks(readme)) await writeFile(folder + name, text);
  });

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('shows contract, worker and call in under 40 lines of code', () => {
    const blocks = codeBlocks(readme);
    expect(blocks.map((b) => b.name)).toEqual(['orders.contract.ts', 'worker.ts', 'client.ts']);
    const lines = blocks.flatMap((b) =>
      b.text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//')),
    );
    expect(lines.length).toBeLessThan(40);
  });

  test('its commands, run in its order, give the answer of its handler', { timeout: 90_000 }, async () => {
    const [gen, broker, worker, call] = commands(readme).filter((c) => c.startsWith('npx reeve '));
    expect(await finish(start(gen!))).toMatchObject({ code: 0 });
    await says(start(`${broker!} --listen ${endpoint}`), endpoint);
    await says(start(worker!), 'orders');
    const called = await finish(start(call!));
    expect({ ...called, reply: JSON.parse(called.stdout) as unknown }).toMatchObject({
      code: 0,
      reply: { cents: 750 },
    });
    const client = await finish(spawnNode(['--import', 'tsx', 'client.ts']));
    expect(client).toMatchObject({ code: 0, stdout: '750\n' });
  });

  test('every command in it exists', { timeout: 90_000 }, async () => {
    const { scripts } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/(?:corepack pnpm|npx -y pnpm@10) ([a-z]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
    const subcommands = new Set([...readme.matchAll(/npx reeve ([a-z]+)/g)].map(([, name]) => name!));
    const main = compiled('packages/cli/dist/main.js');
    const helps = [...subcommands].map(async (name) => [name, (await finish(spawnNode([main, name, '--help']))).code]);
    expect(await Promise.all(helps)).toEqual([...subcommands].map((name) => [name, 0]));
  });

  /** Runs a command of the README, with the workspace's own source in the place of what is installed. */
  function start(command: string): ChildProcess {
    const [, , ...args] = words(command);
    return spawnNode(['--import', 'tsx', `${root}packages/cli/src/main.ts`, ...args]);
  }

  function spawnNode(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return child;
  }
});

/** Splits a command as a shell does, as far as the README needs it. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

/** Waits until a process has said something, on either stream. */
async function says(child: ChildProcess, what: string): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text;
      if (said.includes(what)) resolve();
    };
    child.stdout!.setEncoding('utf8').on('data', hear);
    child.stderr!.setEncoding('utf8').on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said "${what}": ${said}`)));
  });
}
