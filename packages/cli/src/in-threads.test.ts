import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';

/** Handlers in threads, in real processes. The time is for a machine that has other things to do. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let project: GreeterProject;

beforeAll(async () => {
  project = await GreeterProject.make();
});

afterEach(() => ReeveProcess.killAll());

afterAll(() => project.remove());

test('reeve worker runs handlers in TypeScript in threads, one that blocks included, and ends with them', async () => {
  await project.write(
    'src/greeter.handlers.ts',
    [
      "import { threadId } from 'node:worker_threads';",
      "import type { GreeterHandlers } from './generated/greeter.worker.js';",
      'const handlers: GreeterHandlers = {',
      '  hello: ({ name }) => {',
      "    while (name === 'forever');",
      '    return { text: `${name} from thread ${threadId > 0}`, at: new Date(0) };',
      '  },',
      '};',
      'export default handlers;',
    ].join('\n'),
  );
  const broker = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0']);
  const [, endpoint = ''] = await broker.wrote(/^listening on (tcp:\S+)\n/);
  const worker = new ReeveProcess(['worker', await inThreads('greeter.handlers.js'), '--brokers', endpoint, '--json'], {
    cwd: project.folder,
  });
  await worker.wrote(/^\{"services".*\n/);
  const call = async (name: string, ...more: string[]): ReturnType<typeof reeve> =>
    reeve(['call', 'greeter.hello', JSON.stringify({ name }), '--brokers', endpoint, ...more]);
  const [blocked, answered] = await Promise.all([call('forever', '--timeout-ms', '2000'), call('Ada')]);
  expect(answered.stdout).toContain('Ada from thread true');
  expect(blocked).toMatchObject({ code: 1 });
  await worker.wrote(/its thread was replaced/);
  worker.signal('SIGTERM');
  expect(await worker.ended).toMatchObject({ code: 0 });
});

test('processes and threads go together: one with a blocked thread serves on, and all end when asked to', async () => {
  await project.write(
    'src/blocking.handlers.ts',
    [
      'type Input = { readonly name: string };',
      'const hello = ({ name }: Input) => {',
      "  while (name === 'forever');",
      '  return { text: `${name} from ${process.pid}`, at: new Date(0) };',
      '};',
      'export default { hello };',
    ].join('\n'),
  );
  const broker = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0']);
  const [, endpoint = ''] = await broker.wrote(/^listening on (tcp:\S+)\n/);
  const file = await inThreads('blocking.handlers.js');
  const args = ['worker', file, '--brokers', endpoint, '--processes', '2', '--json'];
  const workers = new ReeveProcess(args, { cwd: project.folder });
  const [line] = await workers.wrote(/^\{.*\}$/m);
  const { pids } = JSON.parse(line) as { readonly pids: readonly number[] };
  const call = async (name: string, ...more: string[]): ReturnType<typeof reeve> =>
    reeve(['call', 'greeter.hello', JSON.stringify({ name }), '--brokers', endpoint, ...more]);
  const [blocked, answered] = await Promise.all([call('forever', '--timeout-ms', '2000'), call('Ada')]);
  expect(blocked).toMatchObject({ code: 1 });
  expect(pids.map(String)).toContain(/Ada from (\d+)/.exec(answered.stdout)?.[1]);
  workers.signal('SIGTERM');
  expect(await workers.ended).toMatchObject({ code: 0 });
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('handlers that cannot be loaded have one line and a next step', async () => {
  await project.write('src/broken.handlers.ts', "throw new Error('no licence found');");
  const ended = await reeve(['worker', await inThreads('broken.handlers.js')], { cwd: project.folder });
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  const file = `${project.folder}/src/broken.handlers.ts`;
  expect(ended.stderr.replace(/^loading.*\n/, '')).toBe(
    `error: service "greeter" cannot be served in threads: ${file} cannot be loaded: no licence found\n` +
      '  next: put right the module that inThreads names\n',
  );
});

/** A worker's module that serves what another module handles. */
async function inThreads(handlers: string): Promise<string> {
  const lines = [
    "import { serveGreeter } from './generated/greeter.worker.js';",
    `export default serveGreeter.inThreads(new URL('./${handlers}', import.meta.url), { threads: 2 });`,
  ];
  return project.write(`src/serve-${handlers.replace(/\.js$/, '.ts')}`, lines.join('\n'));
}
