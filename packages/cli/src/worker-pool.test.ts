import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';

let project: GreeterProject;
let endpoint: string;
let broker: ReeveProcess;

beforeAll(async () => {
  project = await GreeterProject.make();
  await reeve(['gen'], { cwd: project.folder });
}, 60_000);

afterEach(() => ReeveProcess.killAll());

afterAll(() => project.remove());

async function startBroker(): Promise<void> {
  broker = new ReeveProcess(['broker', '--listen', 'tcp://127.0.0.1:0']);
  [endpoint] = await broker.wrote(/tcp:\/\/127\.0\.0\.1:\d+/);
}

function pool(...args: string[]): ReeveProcess {
  const all = ['worker', 'src/worker.ts', '--brokers', endpoint, '--processes', '2', ...args];
  return new ReeveProcess(all, { cwd: project.folder });
}

async function pidsOf(processes: ReeveProcess): Promise<number[]> {
  const [line] = await processes.wrote(/^\{.*\}$/m);
  return (JSON.parse(line) as { pids: number[] }).pids;
}

test('several processes serve, one that is killed is started again, and SIGTERM lets all of them finish', async () => {
  await startBroker();
  const workers = pool('--json');
  const pids = await pidsOf(workers);
  expect(new Set(pids).size).toBe(2);
  process.kill(pids[0]!, 'SIGKILL');
  await workers.wrote(/ended: SIGKILL; starting again at once/);
  await workers.wrote(/(?:serving greeter[^]*){3}/);
  const answer = await reeve(['call', 'greeter.hello', '{"name":"Ada"}', '--brokers', endpoint], {
    cwd: project.folder,
  });
  expect(answer.stdout).toContain('Ada');
  workers.signal('SIGTERM');
  const { code, stdout } = await workers.ended;
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}, 60_000);

test('none of them outlives the one that started them', async () => {
  await startBroker();
  const workers = pool('--json');
  const pids = await pidsOf(workers);
  workers.signal('SIGKILL');
  await workers.ended;
  const isGone = (pid: number): boolean => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  await expect.poll(() => pids.every(isGone), { timeout: 15_000 }).toBe(true);
}, 60_000);

test('a module that cannot be loaded ends all of them with one clear line', async () => {
  await project.write('broken.ts', "throw new Error('no database');\n");
  const args = ['worker', 'broken.ts', '--brokers', 'tcp://127.0.0.1:1', '--processes', '2'];
  // From the source, so that it is seen to start its processes in that way too.
  const { code, stderr } = await reeve(args, { cwd: project.folder, fromSource: true });
  expect(code).toBe(1);
  expect(stderr).toContain('none of the 2 processes came up; the last one ended with exit code 1');
  expect(stderr).toContain('no database');
  expect(stderr).not.toMatch(/^\s+at /m);
}, 60_000);
