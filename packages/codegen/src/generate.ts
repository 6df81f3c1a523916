import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CodegenError } from './codegen-error.ts';
import { findFiles } from './files/find-files.ts';
import { GeneratedFolder, type GeneratedFileResult } from './files/generated-folder.ts';
import { formerVersions } from './former/former-versions.ts';
import { advanceLock } from './lock/advance-lock.ts';
import { type Lock, lockOf } from './lock/lock.ts';
import { lockText, parseLock } from './lock/lock-text.ts';
import type { ServiceModel } from './model/model.ts';
import { unboundedInputs } from './model/unbounded.ts';
import { printClient } from './print/client-file.ts';
import { printDescription } from './print/description-file.ts';
import { printDescriptor } from './print/descriptor-file.ts';
import { type FileKind, type ImportExtension, type PrintOptions, ServiceNames } from './print/service-names.ts';
import { printTypes } from './print/types-file.ts';
import { printWorker } from './print/worker-file.ts';
import { type FolderTexts, printReference } from './reference/print-reference.ts';
import { readContracts } from './read/read-contract.ts';

export interface GenerateOptions {
  /** Patterns for contract files, such as `src/*.contract.ts`; `**` stands for any folders. Relative to `cwd`. */
  readonly globs: readonly string[];
  readonly cwd: string;
  /** Folder for the generated files, relative to `cwd`. */
  readonly out: string;
  /** Writes nothing and tells what is stale. Default: false. */
  readonly check?: boolean;
  /** How generated files import each other and the contract: `js` (the default) as Node wants it, or `ts`. */
  readonly importExtension?: ImportExtension;
  /**
   * Where the lock of the contracts is, relative to `cwd`: what it knows of former versions goes into what is
   * generated. Default: nowhere. A file that is not there knows nothing.
   */
  readonly lock?: string;
  /** Folder for a JSON Schema of each method, relative to `cwd`. Default: none is written. */
  readonly jsonSchema?: string | undefined;
  /** Folder for a reference page of each service, relative to `cwd`. Default: none is written. */
  readonly markdown?: string | undefined;
  /** Brings the lock up to date, or writes the first one. Default: true. */
  readonly keepLock?: boolean;
}

export interface GenerateResult {
  readonly files: readonly GeneratedFileResult[];
  readonly services: readonly ServiceModel[];
  readonly warnings: readonly string[];
}

/**
 * Generates types, descriptor, client, worker and description for each service of the contracts, and reference pages
 * and schemas if they are asked for. Writes only what changes.
 *
 * Throws a `CodegenError` at the first mistake in a contract, before anything is written.
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const { globs, cwd, check = false, importExtension = 'js', keepLock = true } = options;
  const contracts = await findFiles(globs, cwd);
  if (contracts.length === 0) {
    throw new CodegenError(`No contract matches ${globs.join(', ')}.`, { hint: `Patterns start from ${cwd}.` });
  }
  const { services, warnings } = await readContracts(contracts, cwd);
  const out = path.resolve(cwd, options.out);
  const lock = advanceLock(await lockBefore(options), lockOf(services));
  const stubs = services.flatMap((service) => {
    const former = formerVersions(lock.services[service.name]!, service.name);
    return printService(service, { out, importExtension, former });
  });
  const known = new Set(contracts);
  const results = [await updateFolder({ folder: out, suffix: '.ts', texts: stubs }, check, known)];
  if (options.lock !== undefined && keepLock) results.push([await updateLock(options.lock, lock, options)]);
  for (const reference of printReference(services, options)) results.push(await updateFolder(reference, check, known));
  return { files: results.flat(), services, warnings: [...warnings, ...boundWarnings(services)] };
}

/** Brings the files of a folder up to date that end with a suffix. */
async function updateFolder(
  { folder: name, suffix, texts }: FolderTexts,
  check: boolean,
  contracts: ReadonlySet<string>,
): Promise<GeneratedFileResult[]> {
  const folder = new GeneratedFolder(name, check);
  const files = await Promise.all(texts.map((one) => folder.update(one.name, one.text)));
  const kept = new Set(texts.map((one) => one.name));
  return [...files, ...(await folder.removeOthers(kept, contracts, suffix))];
}

async function lockBefore({ lock, cwd }: GenerateOptions): Promise<Lock | undefined> {
  if (lock === undefined) return undefined;
  const text = await readFile(path.resolve(cwd, lock), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseLock(text, lock);
}

function updateLock(name: string, lock: Lock, { cwd, check = false }: GenerateOptions): Promise<GeneratedFileResult> {
  const file = path.resolve(cwd, name);
  return new GeneratedFolder(path.dirname(file), check).update(path.basename(file), lockText(lock));
}

/** Prints all files of a service. */
export function printService(service: ServiceModel, options: PrintOptions): { name: string; text: string }[] {
  const names = new ServiceNames(service, options);
  return Object.entries(PRINTERS).map(([kind, print]) => ({
    name: names.file(kind as FileKind),
    text: print(service, options),
  }));
}

const PRINTERS: Readonly<Record<FileKind, (service: ServiceModel, options: PrintOptions) => string>> = {
  types: printTypes,
  descriptor: printDescriptor,
  client: printClient,
  worker: printWorker,
  description: printDescription,
};

/** One line, however many there are: it is advice, not a mistake. */
function boundWarnings(services: readonly ServiceModel[]): string[] {
  const paths = services.flatMap(unboundedInputs);
  if (paths.length === 0) return [];
  const shown = paths.slice(0, PATHS_SHOWN).join(', ') + (paths.length > PATHS_SHOWN ? ', …' : '');
  const what = paths.length === 1 ? 'place' : 'places';
  return [`${paths.length} ${what} without .max(), so one call may fill a whole message: ${shown}`];
}

const PATHS_SHOWN = 3;
