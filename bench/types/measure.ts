import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '../../packages/codegen/src/index.ts';
import type { SampleService } from '../sample/sample-service.ts';
import { type Diagnostics, difference, parseDiagnostics } from './diagnostics.ts';
import { type Contender, programText } from './programs.ts';

/** What a contender took. */
export interface Measured {
  readonly name: string;
  /** The program without calls. */
  readonly base: Diagnostics;
  /** What the calls added to that. */
  readonly calls: Diagnostics;
}

/** Writes the two programs of a contender into a folder, and checks both. */
export async function measure(
  contender: Contender,
  services: readonly SampleService[],
  folder: string,
): Promise<Measured> {
  await writeFiles(folder, contender.files(services));
  if (contender.isGenerated) {
    await symlink(path.join(root, 'bench/node_modules'), path.join(folder, 'node_modules'));
    await generate({ globs: ['*.contract.ts'], cwd: folder, out: 'generated', importExtension: 'ts' });
  } else {
    await symlink(path.join(root, INFERRED, 'node_modules'), path.join(folder, 'node_modules'));
  }
  const check = async (withCalls: boolean): Promise<Diagnostics> =>
    parseDiagnostics(await checkProgram(folder, programText(contender, services, withCalls)));
  await writeFiles(folder, { 'tsconfig.json': JSON.stringify(CONFIG, undefined, 2), 'package.json': MANIFEST });
  const base = await check(false);
  return { name: contender.name, base, calls: difference(await check(true), base) };
}

/** A contender whose replies were `any` would cost nothing: a field that no reply has must be an error. */
export async function refuseLooseTypes(
  contender: Contender,
  services: readonly SampleService[],
  folder: string,
): Promise<void> {
  const program = programText(contender, services.map(withWrongRead), true);
  const output = await checkProgram(folder, program);
  const errors = output.match(/error TS2339/g)?.length ?? 0;
  const methods = services.reduce((sum, service) => sum + service.methods.length, 0);
  if (errors !== methods) throw new Error(`${contender.name}: ${errors} of ${methods} wrong reads were found`);
}

function withWrongRead(service: SampleService): SampleService {
  return { ...service, methods: service.methods.map((method) => ({ ...method, read: 'noSuchField' })) };
}

async function checkProgram(folder: string, program: string): Promise<string> {
  await writeFiles(folder, { 'main.ts': program });
  return tsc(folder);
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
}

function tsc(folder: string): Promise<string> {
  const file = path.join(root, 'node_modules/typescript/bin/tsc');
  // Several checkers share the work in a way that depends on the number of files: one counts everything once.
  const args = [file, '-p', folder, '--extendedDiagnostics', '--checkers', '1', '--pretty', 'false'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      if (stdout === '') reject(error ?? new Error(stderr));
      else resolve(stdout);
    });
  });
}

/** Where the packages are that infer; a project of its own, with its own lockfile. */
export const INFERRED = 'bench/types/inferred';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a package of ours is to those who install it: declarations, not source. */
const declarations = (name: string): string[] => [path.join(root, 'packages', name, 'dist/index.d.ts')];

const CONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: [],
    paths: { '@reeve/client': declarations('client'), '@reeve/protocol': declarations('protocol') },
  },
  files: ['main.ts'],
};

const MANIFEST = '{ "type": "module" }';

/** An error in a sample is repeated for every method. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
