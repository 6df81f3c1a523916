import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIALECTS } from './dialect.ts';
import { readOptions } from './options.ts';
import { FAULTS, plant } from './planted-faults.ts';
import { BROKER_HEARTBEAT_MS, TIMINGS } from './quick-timings.test-kit.ts';
import { ReferenceBroker } from './reference-broker.test-kit.ts';
import { RULES } from './rules.ts';
import { runRules, totals } from './run-rules.ts';

describe('the reference broker', () => {
  let broker: ReferenceBroker;
  beforeAll(async () => {
    broker = await ReferenceBroker.start(BROKER_HEARTBEAT_MS);
  });
  afterAll(() => broker.close());

  test('keeps every rule in every dialect', { timeout: 60_000 }, async () => {
    const options = { dialects: DIALECTS, isStrict: true, retrySafe: 'safe' };
    const results = await runRules({ endpoint: broker.endpoint, timings: TIMINGS, ...options });
    expect(new Set(results.map(({ rule }) => rule.id))).toEqual(new Set(RULES.map(({ id }) => id)));
    // A busy machine can upset a time; a fault is there again.
    const only = results.filter(({ outcome }) => outcome !== 'passed').map(({ rule }) => rule.id);
    const again = await runRules({ endpoint: broker.endpoint, timings: TIMINGS, ...options, only });
    expect(again.filter(({ outcome }) => outcome !== 'passed').map(inShort)).toEqual([]);
  });

  test('is judged from the command line, in one line of JSON', async () => {
    const run = await runCommand('--endpoint', broker.endpoint, '--only', 'R1,r15', '--json');
    expect(run).toEqual({ code: 0, stdout: '{"passed":3,"failed":0,"skipped":3}\n', stderr: '' });
  });

  test('is judged for people, with the rule, its words and its section', async () => {
    const { code, stdout } = await runCommand('--endpoint', broker.endpoint, '--only', 'R4', '--dialect', 'mdp02');
    expect({ code, lines: stdout.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        'passed   R4   mdp02            an empty body is one empty frame in both directions',
        '                               must: RFC 18, MDP/Client',
        '{"passed":1,"failed":0,"skipped":0}',
      ],
    });
  });
});

describe('the rules', () => {
  test('have ids of their own', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  test('beyond the RFCs are skipped where they are not kept, and say what was seen', async () => {
    const fault = FAULTS.find(({ foundBy }) => foundBy.includes('R10'))!;
    const broker = await plant(fault).start(BROKER_HEARTBEAT_MS);
    const dialects = DIALECTS.slice(0, 1);
    const results = await runRules({ endpoint: broker.endpoint, dialects, timings: TIMINGS, only: ['R10'] });
    broker.close();
    expect(totals(results)).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(results[0]).toMatchObject({ outcome: 'skipped', difference: { expected: 'a printable address' } });
  });

  test('fail where nobody listens, and the rest is skipped', async () => {
    const timings = { ...TIMINGS, timeoutMs: 100 };
    const results = await runRules({ endpoint: 'tcp://127.0.0.1:1', dialects: DIALECTS, timings });
    expect(totals(results)).toMatchObject({ passed: 0, failed: 3 });
  });
});

describe('a mistake on the command line gets one line and exit code 2', () => {
  const mistakes: readonly (readonly [says: string, ...args: string[]])[] = [
    ['which broker? usage: corepack pnpm conformance --endpoint'],
    ['--endpoint is nowhere, but must be like', '--endpoint', 'nowhere'],
    ['--dialect is mdp03, but must be mdp01 or', '--endpoint', 'tcp://127.0.0.1:1', '--dialect', 'mdp03'],
    ['--only names R0, but no rule has that id', '--endpoint', 'tcp://127.0.0.1:1', '--only', 'R0'],
    ['--quiet-ms is soon, but must be a whole number', '--endpoint', 'tcp://127.0.0.1:1', '--quiet-ms', 'soon'],
    ["Unknown option '--fast'. usage:", '--fast'],
  ];
  test.each(mistakes)('%s', (says, ...args) => {
    const line = readOptions(args);
    expect(line).toContain(says);
    expect(line).not.toContain('\n');
  });

  test('and nothing on standard output', async () => {
    const { code, stdout, stderr } = await runCommand();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^which.*\n$/);
  });
});

function inShort(result: Awaited<ReturnType<typeof runRules>>[number]): string {
  const { rule, dialect, outcome, difference } = result;
  return `${rule.id} ${dialect.name} ${outcome}: ${difference?.expected}; seen: ${difference?.seen}`;
}

function runCommand(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = fileURLToPath(new URL('conformance.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', command, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}
