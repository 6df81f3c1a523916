import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Packs every package as npm would get it and uses the tarballs from outside the workspace: a package may import only
 * what its manifest names, every export must load in plain Node and have types, and the command must start.
 *
 * Reads `dist`, so `tsc -b` comes first.
 */
async function checkPackages(): Promise<void> {
  const sources = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  for (const source of sources) removeOrphans(source);

  const packed = unpack(pack(), sources);
  for (const one of packed) linkDependencies(one, packed);
  for (const one of packed) {
    checkContents(one);
    await checkManifest(one);
  }
  checkImports(packed);
  checkTypes(packed);
  for (const one of packed) checkCommands(one);
}

/** Deletes from dist what no source file stands behind any more: `tsc -b` never does. */
function removeOrphans(source: string): void {
  const dist = join(source, 'dist');
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const stem = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
    if (stem !== undefined && !existsSync(join(source, 'src', `${stem}.ts`))) rmSync(join(dist, file));
  }
}

/** Packs with pnpm, the only one that applies `publishConfig` and fills in the workspace's versions. */
function pack(): string[] {
  const pnpm = process.env['npm_execpath'];
  const [command, ...first] = pnpm ? [process.execPath, pnpm] : ['corepack', 'pnpm'];
  const args = [...first, '-r', '--filter', './packages/*', 'pack', '--pack-destination', scratch];
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return readdirSync(scratch).filter((file) => file.endsWith('.tgz'));
}

function unpack(tarballs: readonly string[], sources: readonly string[]): Packed[] {
  return tarballs.map((file) => {
    const tarball = join(scratch, file);
    const at = join(scratch, file.replace(/\.tgz$/, ''));
    mkdirSync(at);
    execFileSync('tar', ['xzf', tarball, '-C', at, '--strip-components=1']);
    const manifest = readManifest(at);
    const source = sources.find((candidate) => readManifest(candidate).name === manifest.name);
    if (!source) throw new Error(`no package in the workspace is named ${manifest.name}`);
    return { manifest, tarball, at, source };
  });
}

/** Gives an unpacked package what its manifest names, and nothing else. */
function linkDependencies({ manifest, at, source }: Packed, packed: readonly Packed[]): void {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const own = packed.find((one) => one.manifest.name === name);
    link(own ? own.at : join(source, 'node_modules', name), join(at, 'node_modules', name));
  }
}

function checkContents({ manifest, at, source }: Packed): void {
  const files = readdirSync(at, { recursive: true, encoding: 'utf8' });
  const unwanted = files.filter((file) => !file.startsWith('node_modules') && /\.test[.-]|\.tsbuildinfo$/.test(file));
  for (const file of unwanted) problems.push(`${manifest.name}: the tarball holds ${file}`);
  if (!files.includes('LICENSE')) problems.push(`${manifest.name}: the tarball holds no LICENSE`);

  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (/^(workspace|catalog|link|file):/.test(range)) problems.push(`${manifest.name}: depends on ${name}@${range}`);
  }
  const inWorkspace = Object.keys(readManifest(source).exports).toSorted();
  const published = Object.keys(manifest.exports).toSorted();
  if (inWorkspace.join() !== published.join()) {
    problems.push(
      `${manifest.name}: exports (${inWorkspace.join()}) and publishConfig.exports (${published.join()}) differ`,
    );
  }
}

async function checkManifest({ manifest, tarball }: Packed): Promise<void> {
  const bytes = new Uint8Array(readFileSync(tarball)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  for (const message of messages)
    problems.push(`${manifest.name}: publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** Loads every export in plain Node, with no loader for TypeScript. */
function checkImports(packed: readonly Packed[]): void {
  const consumer = makeConsumer(packed);
  for (const entry of entries(packed)) {
    const script = `if (Object.keys(await import('${entry}')).length === 0) throw new Error('it exports nothing');`;
    const failure = run(process.execPath, ['--input-type=module', '--eval', script], consumer);
    if (failure === undefined) continue;
    const reason = failure.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? failure;
    problems.push(`${entry}: does not load in plain Node: ${reason}`);
  }
}

/** Compiles a program that imports every export, and with it every declaration they lead to. */
function checkTypes(packed: readonly Packed[]): void {
  const consumer = makeConsumer(packed);
  const lines = entries(packed).map((entry, n) => `import * as entry${n} from '${entry}';\nvoid entry${n};\n`);
  writeFileSync(join(consumer, 'consumer.mts'), lines.join(''));
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
  const failure = run(join(root, 'node_modules/.bin/tsc'), [...options, 'consumer.mts'], consumer);
  if (failure !== undefined) problems.push(`the published types do not compile:\n${failure}`);
}

function checkCommands({ manifest, at }: Packed): void {
  for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    const failure = run(process.execPath, [join(at, file), '--help'], at);
    if (failure !== undefined) problems.push(`${manifest.name}: \`${name} --help\` failed:\n${failure}`);
  }
}

/** A project that depends on all packages. */
function makeConsumer(packed: readonly Packed[]): string {
  const at = mkdtempSync(join(scratch, 'consumer-'));
  for (const one of packed) link(one.at, join(at, 'node_modules', one.manifest.name));
  link(join(root, 'node_modules/@types/node'), join(at, 'node_modules/@types/node'));
  return at;
}

function entries(packed: readonly Packed[]): string[] {
  return packed.flatMap(({ manifest }) => Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1)));
}

/** What a failed command printed, or nothing where it succeeded. */
function run(command: string, args: readonly string[], cwd: string): string | undefined {
  try {
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_TIMEOUT_MS,
    });
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`.trim() || String(error);
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Packed {
  readonly manifest: Manifest;
  readonly tarball: string;
  /** Where the tarball was unpacked to. */
  readonly at: string;
  /** The package in the workspace. */
  readonly source: string;
}

// Ample for a start of Node or one compile on a loaded machine; a command that hangs must not hang the check.
const COMMAND_TIMEOUT_MS = 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'reeve-packages-'));
const problems: string[] = [];
try {
  await checkPackages();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
