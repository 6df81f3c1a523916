import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { GreeterProject } from './greeter-project.test-kit.ts';
import { run } from './run.ts';

const CONTRACT = join('src', 'greeter.contract.ts');
const ARGS = ['gen', 'src/**/*.contract.ts', '--out', 'src/generated', '--import-extension', 'js'];
const WAIT = { timeout: 20_000, interval: 10 };

let project: GreeterProject;
let contract: string;
let terminal: FakeTerminal;

beforeEach(async () => {
  project = await GreeterProject.make();
  contract = await readFile(join(project.folder, CONTRACT), 'utf8');
  terminal = new FakeTerminal({ cwd: project.folder });
});

afterEach(() => project.remove());

async function start(...more: string[]): Promise<Promise<number>[]> {
  const ended = run([...ARGS, '--watch', ...more], terminal);
  await vi.waitFor(() => expect(terminal.stdout.text + terminal.stderr.text).toMatch(/files|waiting/), WAIT);
  return [ended];
}

describe('reeve gen --watch', () => {
  test('generates again when a contract changes, until it is stopped', async () => {
    const [ended] = await start();
    await project.write(CONTRACT, contract.replace('1.0.0', '1.1.0'));
    await vi.waitFor(() => expect(terminal.stderr.text).toMatch(/generated in \d+ ms/), WAIT);
    expect(terminal.stderr.text).toContain('written  src/generated/greeter.descriptor.ts\n');
    expect(await readFile(join(project.folder, 'src/generated/greeter.descriptor.ts'), 'utf8')).toContain("'1.1.0'");
    expect(terminal.stop()).toBe(1);
    expect(await ended).toBe(0);
  });

  test('shows a mistake and waits, from the beginning too', async () => {
    await project.write(CONTRACT, contract.replace('z.object', 'z.objekt'));
    const [ended] = await start();
    expect(terminal.stderr.text).toMatch(
      /error: src\/greeter\.contract\.ts:.*objekt.*\n {2}next: .*\nwaiting for a change\n/,
    );
    await project.write(CONTRACT, contract.replace('1.0.0', '1.2.0'));
    await vi.waitFor(() => expect(terminal.stderr.text).toMatch(/generated in/), WAIT);
    terminal.stop();
    expect(await ended).toBe(0);
  });

  test('with --json prints one line, for the first run', async () => {
    const [ended] = await start('--json');
    await project.write(CONTRACT, contract.replace('1.0.0', '1.1.0'));
    await vi.waitFor(() => expect(terminal.stderr.text).toMatch(/generated in/), WAIT);
    terminal.stop();
    expect(await ended).toBe(0);
    expect(terminal.stdout.text).toMatch(/^\{"services":.*\}\n$/);
  });

  test('ends if there is nothing to generate from', async () => {
    expect(await run(['gen', 'no/*.ts', '--out', 'x', '--watch'], terminal)).toBe(1);
    expect(terminal.stderr.text).toContain('error: No contract matches no/*.ts.');
  });

  test('does not go with --check', async () => {
    expect(await run([...ARGS, '--watch', '--check'], terminal)).toBe(2);
    expect(terminal.stderr.text).toContain('error: --watch and --check exclude each other');
  });
});

describe('reeve.config.ts', () => {
  async function gen(config: string, ...args: string[]): Promise<number> {
    await project.write('reeve.config.ts', config);
    return run(['gen', ...args], terminal);
  }

  test('says what the command line does not', async () => {
    const config = `import type { ReeveConfig } from '@reeve/cli';
      export default { contracts: ['src/*.contract.ts'], out: 'made', importExtension: 'ts', lock: true,
        markdown: 'made/docs', jsonSchema: 'made/schemas' } satisfies ReeveConfig;`;
    expect(await gen(config, '--markdown', 'pages')).toBe(0);
    expect(await readFile(join(project.folder, 'made/greeter.client.ts'), 'utf8')).toContain("'./greeter.types.ts'");
    const made = ['reeve.lock.json', 'pages/greeter.md', 'made/schemas/greeter.hello.schema.json'];
    for (const name of made) expect(terminal.stdout.text).toContain(name);
    expect(terminal.stdout.text).not.toContain('made/docs');
    terminal.stdout.text = '';
    expect(await gen(config, '--markdown', 'pages', '--check')).toBe(0);
    await project.write(CONTRACT, contract.replace('1.0.0', '1.1.0'));
    expect(await gen(config, '--check')).toBe(1);
    expect(terminal.stderr.text).toContain("next: reeve gen 'src/*.contract.ts' --out made --json-schema made/schemas");
  });

  test.each([
    ['export const out = 1;', 'reeve.config.ts: has no object as its default export\n  next: write export default'],
    ['export default { aut: "x" };', 'reeve.config.ts: has no option "aut"\n  next: did you mean "out"?'],
    ['export default { toString: 1 };', 'reeve.config.ts: has no option "toString"\n  next: there are contracts, out'],
    ['export default { contracts: [] };', 'reeve.config.ts: contracts is []\n  next: it must be a pattern or a list'],
    ['export default { lock: "no" };', 'reeve.config.ts: lock is "no"\n  next: it must be true or false'],
    ['export default {', 'reeve.config.ts cannot be loaded: '],
    ['export default {};', 'GLOB is missing: Contract files\n  next: say which files: reeve gen'],
    ['export default { contracts: "src/*.contract.ts" };', '--out is missing\n  next: say where the files go'],
  ])('that is wrong is one error: %s', async (config, message) => {
    expect(await gen(config)).not.toBe(0);
    expect(terminal.stderr.text).toContain(`error: ${message}`);
    expect(terminal.stderr.text.trim().split('\n')).toHaveLength(2);
  });
});
