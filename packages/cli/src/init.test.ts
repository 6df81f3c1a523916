import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@reeve/codegen';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { packageManifest, tsconfig } from './init/manifests.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';
import { run } from './run.ts';

/** A compiler and a code generator one after the other, on a machine that may have other things to do. */
const SLOW = { timeout: 60_000 };

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-init-test-')));
});

afterEach(async () => {
  await ReeveProcess.killAll();
  await rm(folder, { recursive: true, force: true });
});

test('writes a project whose code is up to date and compiles', SLOW, async () => {
  // From its source it links this repository's packages, so that nothing has to be installed.
  const ended = await reeve(['init', 'hello', '--json'], { cwd: folder, fromSource: true });
  expect(ended).toMatchObject({ code: 0 });
  const project = join(folder, 'hello');
  expect(JSON.parse(ended.stdout)).toEqual({
    folder: project,
    written: [
      'src/greeter.contract.ts',
      'src/worker.ts',
      'src/client.ts',
      'src/generated/greeter.client.ts',
      'src/generated/greeter.description.ts',
      'src/generated/greeter.descriptor.ts',
      'src/generated/greeter.types.ts',
      'src/generated/greeter.worker.ts',
      'package.json',
      'tsconfig.json',
    ],
    kept: [],
    next: ['cd hello', 'npx reeve dev', 'npx tsx src/client.ts   # in a second terminal'],
  });
  const { files } = await generate({
    globs: ['src/**/*.contract.ts'],
    cwd: project,
    out: 'src/generated',
    check: true,
  });
  expect(files.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'unchanged'));
  // A broker of its own, as the README has it.
  await writeFile(
    join(project, 'src/broker.ts'),
    "import { startBroker } from '@reeve/broker';\nawait startBroker();\n",
  );
  expect(await typeErrors(project)).toEqual([]);
});

test('a project of published packages has a plain tsconfig.json', () => {
  expect(tsconfig(undefined)).not.toHaveProperty('extends');
  expect(tsconfig('/clone/tsconfig.linked.json')).toMatchObject({ extends: '/clone/tsconfig.linked.json' });
});

test('changes nothing that is there', async () => {
  await writeFile(join(folder, 'package.json'), '{"name":"mine"}');
  await init();
  await writeFile(join(folder, 'src/worker.ts'), '// mine\n');
  const { stdout, stderr } = await init();
  expect(stdout.text).toContain('kept   src/worker.ts\n');
  expect(stdout.text).not.toContain('wrote');
  expect(stderr.text).toBe(
    'warning: package.json lacks "type": "module", which src/client.ts needs: npm pkg set type=module\n',
  );
  expect(await readFile(join(folder, 'src/worker.ts'), 'utf8')).toBe('// mine\n');
  expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
});

test('writes no code for a contract that is another', async () => {
  await init();
  await rm(join(folder, 'src/generated'), { recursive: true });
  await writeFile(join(folder, 'src/greeter.contract.ts'), '// mine\n');
  const { stdout } = await init();
  expect(stdout.text).not.toContain('src/generated');
});

test('says why it cannot write', async () => {
  await writeFile(join(folder, 'file'), '');
  const terminal = new FakeTerminal({ cwd: folder });
  expect(await run(['init', 'file/hello'], terminal)).toBe(1);
  expect(terminal.stderr.text).toMatch(
    /^error: cannot write .*file.*: there is a file where a folder should be\n {2}next: .*\n$/,
  );
});

test('the manifest asks for versions that this repository is tested with', async () => {
  const workspace = await readFile(fileURLToPath(new URL('../../../pnpm-workspace.yaml', import.meta.url)), 'utf8');
  const { dependencies, devDependencies } = packageManifest('/somewhere/My App!', '1.2.3');
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    const own = name.startsWith('@reeve/') ? '1.2.3' : new RegExp(`^ *'?${name}'?: (\\S+)`, 'm').exec(workspace)?.[1];
    const [major, minor] = range.replace('^', '').split('.');
    const [ownMajor, ownMinor] = own?.split('.') ?? [];
    expect(`${name} ${ownMajor}`).toBe(`${name} ${major}`);
    expect(Number(ownMinor)).toBeGreaterThanOrEqual(Number(minor));
  }
});

test.each([
  ['/a/hello', 'hello'],
  ['/a/My App!', 'my-app'],
  ['/a/.hidden', 'hidden'],
  ['/', 'my-reeve'],
])('a project in %s is called %s', (path, name) => {
  expect(packageManifest(path, '1.0.0').name).toBe(name);
});

async function init(): Promise<FakeTerminal> {
  const terminal = new FakeTerminal({ cwd: folder });
  const code = await run(['init'], terminal);
  if (code !== 0) throw new Error(terminal.stderr.text);
  return terminal;
}

/** What the compiler says of the project, and of the packages that it is linked to. */
function typeErrors(project: string): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [TSC, '-p', '.', '--noEmit', '--pretty', 'false'], { cwd: project }, (_, stdout) => {
      resolve(stdout.split('\n').filter((line) => line !== ''));
    });
  });
}

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
