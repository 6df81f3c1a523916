import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { readMajordomo } from './majordomo-file.ts';
import { run } from './run.ts';

let folder: string;

beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'reeve-majordomo-'))));
afterAll(() => rm(folder, { recursive: true }));

test('reads the options, or that there are none', async () => {
  const options = { services: { thumbnail: { retrySafe: true } }, holdMs: 100 };
  await write(JSON.stringify(options));
  expect(await readMajordomo('majordomo.json', folder)).toEqual(options);
  expect(await readMajordomo('off', folder)).toBe(false);
});

test.each([
  ['{"holdMs": 100}', 'majordomo.json'],
  ['', 'off'],
])('a broker starts with %s in %s', async (text, file) => {
  await write(text);
  const terminal = new FakeTerminal({ cwd: folder });
  const ended = run(['broker', '--listen', 'tcp://127.0.0.1:0', '--majordomo', file], terminal);
  await expect.poll(() => terminal.stdout.text + terminal.stderr.text).toMatch(/^listening on tcp/);
  terminal.stop();
  expect(await ended).toBe(0);
});

const NEXT = 'next: write it like {"services":{"thumbnail":{"retrySafe":true}}}; docs/majordomo.md has the options\n';

test.each([
  [
    '{"holdMs": 100,}',
    'majordomo.json is not JSON: at line 1, column 16 there is } instead of a name in double quotes',
  ],
  ['{"holdMs": -1}', 'majordomo.json: majordomo.holdMs is -1, but must be an integer from 0 to 86400000'],
  [
    '[]',
    'majordomo.json: majordomo is a list, but must be an object with services, timeoutMs, holdMs or workerSilenceMs',
  ],
])('refuses %s', async (text, message) => {
  await write(text);
  expect(await failing('majordomo.json', 1)).toBe(`error: ${message}\n  ${NEXT}`);
});

test('refuses what is no file', async () => {
  const advice = `next: paths start from ${folder}; --majordomo off needs no file\n`;
  expect(await failing('none.json', 2)).toBe(`error: there is no file none.json\n  ${advice}`);
  expect(await failing('.', 1)).toMatch(/^error: \. cannot be read: EISDIR.*\n {2}next: .*\n$/);
});

async function failing(file: string, code: number): Promise<string> {
  const terminal = new FakeTerminal({ cwd: folder });
  expect(await run(['broker', '--listen', 'tcp://127.0.0.1:0', '--majordomo', file], terminal)).toBe(code);
  expect(terminal.stdout.text).toBe('');
  return terminal.stderr.text;
}

async function write(text: string): Promise<void> {
  await writeFile(join(folder, 'majordomo.json'), text);
}
