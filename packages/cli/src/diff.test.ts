import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { run } from './run.ts';
import { textWith } from './something-like.test-kit.ts';

/** Contracts are read several times over. The time is for a machine that has other things to do. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CONTRACT = 'src/greeter.contract.ts';
let project: GreeterProject;
let contract: string;

beforeAll(async () => {
  project = await GreeterProject.make();
  contract = await readFile(join(project.folder, CONTRACT), 'utf8');
  await typed('gen', CONTRACT, '--out', 'src/generated', '--lock');
  await copyFile(join(project.folder, 'reeve.lock.json'), join(project.folder, 'old.json'));
  // A required field of the input, and a value of which nobody can tell whether it is refused.
  await change('name: z', 'title: z.string().max(9), name: z');
});

afterAll(() => project.remove());

test('reeve gen keeps the lock only if it is asked to, and --check finds that it is stale', async () => {
  const stale = await typed('gen', CONTRACT, '--out', 'src/generated', '--lock', '--check');
  expect(stale).toMatchObject({ code: 1, err: textWith('reeve.lock.json') });
  await typed('gen', CONTRACT, '--out', 'src/generated');
  const unchanged = await typed('gen', CONTRACT, '--out', 'src/generated', '--lock', '--check');
  expect(unchanged).toMatchObject({ code: 1, err: textWith('+++ reeve.lock.json') });
});

test('what the lock knows of former versions goes into what is generated, kept or not', async () => {
  const file = join(project.folder, 'src/generated/greeter.descriptor.ts');
  expect(await readFile(file, 'utf8')).toContain("why: 'field `title` was added, and is required'");
});

test('nothing changed', async () => {
  expect(await typed('diff', 'old.json')).toEqual({ code: 0, out: 'no changes\n', err: '' });
  expect(await typed('diff', '.', 'old.json')).toMatchObject({ code: 0 });
});

test('what breaks callers is a line, an error and exit code 1, unless callers go first', async () => {
  const { code, out, err } = await typed('diff', 'old.json', CONTRACT);
  expect({ code, err }).toEqual({
    code: 1,
    err: textWith('error: the new version breaks the old one: greeter.hello.input.title\n  next: '),
  });
  expect(out.split('\n')).toEqual([
    'EFFECT                WHERE                      RULE                  CHANGE',
    'breaking for callers  greeter.hello.input.title  required-field-added  now string',
    '1 breaking, 0 cannot be proved, 0 compatible',
    '',
  ]);
  expect(await typed('diff', 'old.json', CONTRACT, '--rollout', 'workers-first')).toMatchObject({ code: 1 });
  expect(await typed('diff', 'old.json', CONTRACT, '--rollout', 'callers-first')).toMatchObject({ code: 0, err: '' });
});

test('with --json there is one line, and the exit code says the same', async () => {
  const { code, out } = await typed('diff', 'old.json', CONTRACT, '--json');
  expect(code).toBe(1);
  expect(out).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(out)).toMatchObject({
    rollout: 'any',
    breaking: 1,
    unproved: 0,
    compatible: 0,
    changes: [
      { rule: 'required-field-added', path: 'greeter.hello.input.title', callers: 'breaking', workers: 'fine' },
    ],
  });
});

test('annotations name file and line', async () => {
  const { out } = await typed('diff', 'old.json', CONTRACT, '--format', 'github');
  const text = await readFile(join(project.folder, CONTRACT), 'utf8');
  const line = text.split('\n').findIndex((one) => one.includes('hello: method')) + 1;
  expect(line).toBeGreaterThan(1);
  expect(out.split('\n')[0]).toBe(
    `::error file=${CONTRACT},line=${line},title=reeve diff%3A required-field-added::` +
      'greeter.hello.input.title: breaking for callers: a field is new, and must be there; now string',
  );
});

test('annotations are at the line of a field that has one, and of a method that has none of its own', async () => {
  const near = (a: string, b: string): string => `import { method, service } from '@reeve/contract';
import { z } from 'zod';
export const Near = service('near', { version: '1.0.0', methods: { one: method({ input: ${b}, output: z.void() }),
  two: method({
    input: z.object({
      list: z.array(
        z.object({
          a: ${a},
        }),
      ),
    }),
    output: z.void(),
  }),
  a: method({ input: z.void(), output: z.void() }),
} });
`;
  await writeFile(join(project.folder, 'src/near-old.contract.ts'), near('z.int()', 'z.int()'));
  await writeFile(join(project.folder, 'src/near-new.contract.ts'), near('z.string()', 'z.string()'));
  const { out } = await typed('diff', 'src/near-old.contract.ts', 'src/near-new.contract.ts', '--format', 'github');
  const places = [...out.matchAll(/,line=(\d+),.*?::(near\S+):/g)].map(([, line, path]) => [path, Number(line)]);
  expect(Object.fromEntries(places)).toEqual({ 'near.one.input': 3, 'near.two.input.list[].a': 8 });
});

test('what nobody can tell fails too, unless it is allowed', async () => {
  await change('name: z', 'name: z', '.max(100)', '.max(100).refine((name) => name !== name.trim())');
  const strict = await typed('diff', 'old.json', CONTRACT);
  expect(strict).toMatchObject({
    code: 1,
    err: textWith('nobody can tell what this breaks: greeter.hello.input.name'),
  });
  expect(strict.out).toContain('cannot be proved  greeter.hello.input.name  refinement-added');
  expect(await typed('diff', 'old.json', CONTRACT, '--allow-unproved')).toMatchObject({ code: 0, err: '' });
  const github = await typed('diff', 'old.json', CONTRACT, '--allow-unproved', '--format', 'github');
  expect(github.out).toContain('::warning file=src/greeter.contract.ts');
});

test('a lock of a git revision', async () => {
  const git = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: project.folder,
    });
  await git('init', '--quiet');
  await git('add', 'reeve.lock.json');
  await git('commit', '--quiet', '-m', 'x');
  expect(await typed('diff', 'HEAD:reeve.lock.json', 'old.json')).toMatchObject({ code: 0, out: 'no changes\n' });
  const none = await typed('diff', 'HEAD:none.json', 'old.json');
  expect(none).toMatchObject({ code: 2, err: textWith('git does not show HEAD:none.json: ') });
});

test.each([
  ['none.json', 'there is no lock and no contract at none.json'],
  ['package.json', 'package.json is no lock of contracts'],
  ['broken.json', 'broken.json is no JSON'],
  ['later.json', 'later.json is a lock of version 2; this reeve reads version 1'],
])('%s is bad usage', async (name, message) => {
  await writeFile(join(project.folder, 'broken.json'), '{');
  await writeFile(join(project.folder, 'later.json'), '{"lockVersion":2,"services":{}}');
  expect(await typed('diff', name, 'old.json')).toMatchObject({ code: 2, out: '', err: textWith(message) });
});

async function typed(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = new FakeTerminal({ cwd: project.folder });
  const code = await run(args, terminal);
  return { code, out: terminal.stdout.text, err: terminal.stderr.text.replaceAll(/^.*…\n/gm, '') };
}

/** Writes the contract anew, with parts of the first one replaced. */
async function change(...replaced: readonly string[]): Promise<void> {
  let text = contract;
  for (let i = 0; i < replaced.length; i += 2) {
    expect(text).toContain(replaced[i]);
    text = text.replace(replaced[i]!, replaced[i + 1]!);
  }
  await writeFile(join(project.folder, CONTRACT), text);
}
