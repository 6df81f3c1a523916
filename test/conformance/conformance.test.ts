import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIALECTS } from './dialect.ts';
import { readOptions } from './options.ts';
import { FAULTS, plant } from './planted-faults.ts';
import { ReferenceBroker } from './reference-broker.test-kit.ts';
import type { Timings } from './rule.ts';
import { RULES } from './rules.ts';
import { runRules, totals } from './run-rules.ts';

describe('the reference broker', () => {
  let broker: ReferenceBroker;
  beforeAll(async () => {
    broker = await ReferenceBroker.start(BROKER_HEARTBEAT_MS);
  });
  afterAll(() => broker.close());

  test('keeps every rule in every dialect', async () => {
    const options = { dialects: DIALECTS, isStrict: true, retrySafe: 'safe' };
    const results = await runRules({ endpoint: broker.endpoint, timings: TIMINGS, ...options });
    expect(results.filter(({ outcome }) => outcome !== 'passed').map(inShort)).toEqual([]);
    expect(new Set(results.map(({ rule }) => rule.id))).toEqual(new Set(RULES.map(({ id }) => id)));
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

describe('a planted fault is found', () => {
  const outcomes = new Map<string, string[]>();
  beforeAll(async () => {
    await Promise.all(
      FAULTS.map(async (fault) => {
        const broker = await plant(fault).start(BROKER_HEARTBEAT_MS);
        const dialects = DIALECTS.filter(({ name }) => name === (fault.dialect ?? 'mdp01'));
        const options = { dialects, only: fault.foundBy, isStrict: true, retrySafe: 'safe' };
        const timings = { ...TIMINGS, timeoutMs: PLANTED_TIMEOUT_MS };
        const results = await runRules({ endpoint: broker.endpoint, timings, ...options });
        broker.close();
        outcomes.set(
          fault.what,
          results.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule.id),
        );
      }),
    );
  });

  test.each(FAULTS.map(({ what, foundBy }) => [what, foundBy] as const))('that %s', (what, foundBy) => {
    expect(outcomes.get(what)).toEqual(RULES.map(({ id }) => id).filter((id) => foundBy.includes(id)));
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

/** Short, so that the tests are quick; and apart enough that a busy machine does not mix them up. */
const TIMINGS: Timings = { timeoutMs: 5_000, heartbeatMs: 250, quietMs: 150, holdMs: 1_000 };
const BROKER_HEARTBEAT_MS = 150;
/** Some faults show only in that nothing comes. */
const PLANTED_TIMEOUT_MS = 1_000;
