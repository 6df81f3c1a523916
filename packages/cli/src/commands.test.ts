import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';
import { run } from './run.ts';
import { aNumber, textLike, textWith } from './something-like.test-kit.ts';

/** The commands together, in real processes. The time is for a machine that has other things to do. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let project: GreeterProject;
let broker: ReeveProcess;
let worker: ReeveProcess;
let endpoint: string;

beforeAll(async () => {
  project = await GreeterProject.make();
  broker = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0', '--name', 'b1', '--warm-up-ms', '0']);
  [, endpoint = ''] = await broker.wrote(/^listening on (tcp:\S+)\n/);
  const args = ['worker', 'src/worker.ts', '--brokers', endpoint, '--label', 'w1', '--concurrency', '2', '--json'];
  worker = new ReeveProcess(args, { cwd: project.folder });
  await worker.wrote(/^\{"services".*\n/);
});

afterAll(async () => {
  await ReeveProcess.killAll();
  await project.remove();
});

describe('reeve call', () => {
  test('prints the reply', async () => {
    const { code, stdout, stderr } = await reeve(['call', 'greeter.hello', '{"name":"a"}', '--brokers', endpoint]);
    expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ text: 'Hello, a!', at: textLike(/^\d{4}-.*Z$/) });
  });

  test('reads stdin, takes the environment, checks by a contract, prints one line of JSON', async () => {
    const ended = await reeve(['call', 'greeter.hello', '-', '--contract', 'src/greeter.contract.ts', '--json'], {
      cwd: project.folder,
      env: { REEVE_BROKERS: endpoint },
      input: '{"name":"b"}\n',
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(ended.stdout)).toEqual({
      method: 'greeter.hello',
      reply: { text: 'Hello, b!', at: textLike(/./) },
      durationMs: aNumber(),
    });
  });

  test('a contract finds a wrong input before anything is sent', async () => {
    const args = ['call', 'greeter.hello', '{"name":5}', '--contract', 'src/greeter.contract.ts', '--json'];
    const terminal = new FakeTerminal({ cwd: project.folder });
    expect(await run([...args, '--brokers', endpoint], terminal)).toBe(1);
    expect(JSON.parse(terminal.stdout.text)).toMatchObject({
      error: { reason: 'invalid_input', message: textWith('name: expected a string') },
    });
  });
});

test('a broker takes bodies as large as it was told', async () => {
  const small = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0', '--body-bytes-max', '1024']);
  const [, at = ''] = await small.wrote(/^listening on (tcp:\S+)\n/);
  const ask = (bytes: number) => {
    const input = JSON.stringify({ padding: 'x'.repeat(bytes) });
    return reeve(['call', 'reeve.broker.stats', input, '--brokers', at, '--json']);
  };
  expect((await ask(500)).code).toBe(0);
  expect(JSON.parse((await ask(1_100)).stdout)).toMatchObject({ error: { reason: 'request_too_large' } });
});

test('the client that reeve init writes runs', async () => {
  const env = { REEVE_BROKERS: endpoint };
  const greet = async (name: string): Promise<string> => {
    const [file, args] = [process.execPath, ['--import', TSX, 'src/client.ts', name]];
    return (await promisify(execFile)(file, args, { cwd: project.folder, env: { ...process.env, ...env } })).stdout;
  };
  const outputs = await Promise.all([greet('you'), greet('nobody')]);
  expect(outputs).toEqual([textLike(/^Hello, you! It is \d{4}-.*Z\.\n$/), 'There is nobody called nobody.\n']);
});

test('the broker answers for itself', async () => {
  const terminal = new FakeTerminal();
  expect(await run(['call', 'reeve.broker.stats', '--brokers', endpoint], terminal)).toBe(0);
  expect(JSON.parse(terminal.stdout.text)).toMatchObject({ calls: aNumber() });
  const unknown = new FakeTerminal();
  expect(await run(['call', 'reeve.broker.nothing', '--brokers', endpoint], unknown)).toBe(1);
  expect(unknown.stderr.text).toContain('error: [unimplemented] reeve.broker.nothing: ');
});

describe('reeve services', () => {
  test('prints a table', async () => {
    const { stdout } = await reeve(['services', '--brokers', endpoint]);
    expect(stdout).toBe(
      'SERVICE  VERSION  WORKERS  QUEUED  METHODS  ABOUT\n' +
        'greeter  1.0.0    1        0       hello    Greets people.\n',
    );
  });

  test('prints JSON', async () => {
    const { stdout } = await reeve(['services', '--brokers', endpoint, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      services: [{ name: 'greeter', versions: ['1.0.0'], workers: [{ label: 'w1' }], methods: [{ name: 'hello' }] }],
    });
  });
});

test('reeve describe shows a method of the worker that a project has', async () => {
  const { code, stdout } = await reeve(['describe', 'greeter.hello', '--brokers', endpoint]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^greeter\.hello\(input: \{ name: string \}\): Promise<.*>\nGreets somebody by name\.\n/);
  expect(stdout).toContain('  name  string  at least 1 character, at most 100 characters\n');
});

test('reeve gen writes, finds nothing to do, and --check finds what is stale', async () => {
  const gen = (...more: string[]): ReturnType<typeof reeve> =>
    reeve(['gen', 'src/*.contract.ts', '--out', 'src/again', ...more], { cwd: project.folder });
  const first = await gen();
  expect(first).toMatchObject({ code: 0, stdout: textWith('written  src/again/greeter.client.ts\n') });
  const terminal = new FakeTerminal({ cwd: project.folder });
  expect(await run(['gen', 'src/*.contract.ts', '--out', 'src/again', '--json'], terminal)).toBe(0);
  expect(JSON.parse(terminal.stdout.text)).toMatchObject({
    services: [{ name: 'greeter', version: '1.0.0', fingerprint: textLike(/^[0-9a-f]{32}$/) }],
    files: Array.from({ length: 5 }, () => ({ status: 'unchanged' })),
  });
  const client = join('src', 'again', 'greeter.client.ts');
  await project.write(client, (await readFile(join(project.folder, client), 'utf8')).replace('hello(', 'hullo('));
  const stale = await gen('--check', '--json');
  expect(stale.code).toBe(1);
  expect(stale.stderr).toMatch(/\n-.*hullo\(.*\n\+.*hello\(/);
  expect(stale.stderr).toContain('error: generated files are stale: src/again/greeter.client.ts\n');
  expect(JSON.parse(stale.stdout)).toMatchObject({ error: { reason: 'stale', data: { stale: [client] } } });
});

test('reeve gen writes schemas and pages where they are wanted, and says how to if they are stale', async () => {
  const outputs = ['--out', 'src/third', '--json-schema', 'docs/schemas', '--markdown', 'docs'];
  const gen = async (...more: string[]): Promise<{ code: number; terminal: FakeTerminal }> => {
    const terminal = new FakeTerminal({ cwd: project.folder });
    return { code: await run(['gen', 'src/*.contract.ts', ...outputs, ...more], terminal), terminal };
  };
  expect((await gen()).code).toBe(0);
  const schema = JSON.parse(
    await readFile(join(project.folder, 'docs/schemas/greeter.hello.schema.json'), 'utf8'),
  ) as unknown;
  expect(schema).toMatchObject({ title: 'greeter.hello', properties: { input: { required: ['name'] } } });
  const page = join('docs', 'greeter.md');
  expect(await readFile(join(project.folder, page), 'utf8')).toContain('\n## hello\n');
  await project.write(page, '');
  const stale = await gen('--check');
  expect(stale.code).toBe(1);
  expect(stale.terminal.stderr.text).toContain(
    `generated files are stale: ${page}\n  next: reeve gen 'src/*.contract.ts' ${outputs.join(' ')}\n`,
  );
});

test('a stop drains: the call at hand is answered, and nothing is left', async () => {
  const path = await project.write(
    'src/slow.ts',
    `import { serveGreeter } from './generated/greeter.worker.js';
     let finish = () => {};
     process.on('SIGTERM', () => finish());
     export default serveGreeter({
       hello: ({ name }) => new Promise((resolve) => {
         finish = () => resolve({ text: name, at: new Date() });
         process.stderr.write('at work\\n');
       }),
     });`,
  );
  const own = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0', '--json']);
  const [, at = ''] = await own.wrote(/^\{"listening":\["(tcp:[^"]+)"\]/);
  const slow = new ReeveProcess(['worker', path, '--brokers', at], { cwd: project.folder });
  await slow.wrote(/serving greeter/);
  const call = new ReeveProcess(['call', 'greeter.hello', '{"name":"slow"}', '--brokers', at]);
  await Promise.race([slow.wrote(/at work/), call.wrote(/error/)]);
  expect(call.stderr).not.toContain('error');
  slow.signal('SIGTERM');
  expect(await call.ended).toMatchObject({
    code: 0,
    stderr: textLike(/^(?:.*…\n)*$/),
    stdout: textWith('"text":"slow"'),
  });
  expect(await slow.ended).toMatchObject({ code: 0, signal: null });
  own.signal('SIGINT');
  expect(await own.ended).toMatchObject({ code: 0, signal: null });
  expect(own.stdout.split('\n')).toHaveLength(2);
});

test('the second stop ends at once, and a stopped call says what it knows', async () => {
  const path = await project.write(
    'src/stuck.ts',
    `import { serveGreeter } from './generated/greeter.worker.js';
     export default serveGreeter({
       hello: () => new Promise(() => void process.stderr.write('at work\\n')),
     });`,
  );
  const own = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0']);
  const [, at = ''] = await own.wrote(/^listening on (tcp:\S+)\n/);
  const stuck = new ReeveProcess(['worker', path, '--brokers', at], { cwd: project.folder });
  await stuck.wrote(/serving greeter/);
  const call = new ReeveProcess(['call', 'greeter.hello', '{"name":"x"}', '--brokers', at, '--json']);
  await Promise.race([stuck.wrote(/at work/), call.wrote(/error/)]);
  expect(call.stderr).not.toContain('error');
  call.signal('SIGINT');
  const stopped = await call.ended;
  expect(stopped.code).toBe(1);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ error: { code: 'canceled', executed: 'unknown' } });
  stuck.signal('SIGINT');
  await stuck.wrote(/once more to stop now\n/);
  stuck.signal('SIGINT');
  expect(await stuck.ended).toMatchObject({
    code: 1,
    stderr: textWith('error: stopped before the work'),
  });
});

function withoutProgress(stderr: string): string {
  return stderr.replace(/^.*…\n/gm, '');
}

const TSX = createRequire(import.meta.url).resolve('tsx');
