import { existsSync } from 'node:fs';
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
import { contractsOf, printShared, SHARED_FILE } from './print/shared-file.ts';
import { printTypes } from './print/types-file.ts';
import { printWorker } from './print/worker-file.ts';
import { type FolderTexts, printReference } from './reference/print-reference.ts';
import { ContractReader } from './read/read-contract.ts';

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
  const generator = new Generator(options);
  try {
    return await generator.run();
  } finally {
    generator.dispose();
  }
}

/** Generates again and again, as `generate` does: what has not changed in between is neither run nor printed anew. */
export class Generator {
  readonly #options: GenerateOptions;
  readonly #reader: ContractReader;
  readonly #printed = new WeakMap<ServiceModel, { readonly former: string; readonly texts: readonly FileText[] }>();

  constructor(options: GenerateOptions) {
    this.#options = options;
    this.#reader = new ContractReader(options.cwd);
  }

  /** Absolute paths of the files that the last run has read: contracts, and what they import from the project. */
  get sources(): readonly string[] {
    return this.#reader.sources;
  }

  /** `changed`: absolute paths of all files that have changed since the last run. Default: any may have. */
  async run(changed?: ReadonlySet<string>): Promise<GenerateResult> {
    const options = this.#options;
    const { cwd, check = false, keepLock = true } = options;
    const contracts = await findContracts(options);
    const { services, warnings } = await this.#reader.read(contracts, changed);
    const out = path.resolve(cwd, options.out);
    const lock = advanceLock(await lockBefore(options), lockOf(services));
    const stubs = services.flatMap((service) => this.#print(service, out, lock));
    const shared = printShared(services, out);
    if (shared !== undefined) stubs.push({ name: SHARED_FILE, text: shared });
    const known = new Set(contracts);
    const results = [await updateFolder({ folder: out, suffix: '.ts', texts: stubs }, check, known)];
    if (options.lock !== undefined && keepLock) results.push([await updateLock(options.lock, lock, options)]);
    for (const one of printReference(services, options)) results.push(await updateFolder(one, check, known));
    return { files: results.flat(), services, warnings: [...warnings, ...boundWarnings(services)] };
  }

  /** Forgets all modules. */
  dispose(): void {
    this.#reader.dispose();
  }

  #print(service: ServiceModel, out: string, lock: Lock): readonly FileText[] {
    const former = formerVersions(lock.services[service.name]!, service.name);
    const key = JSON.stringify([...former]);
    const known = this.#printed.get(service);
    if (known?.former === key) return known.texts;
    const { importExtension = 'js' } = this.#options;
    const texts = printService(service, { out, importExtension, former });
    this.#printed.set(service, { former: key, texts });
    return texts;
  }
}

interface FileText {
  readonly name: string;
  readonly text: string;
}

/** Contracts that share types are generated together, even if only some of them are asked for. */
async function findContracts({ globs, cwd, out }: GenerateOptions): Promise<string[]> {
  const asked = await findFiles(globs, cwd);
  if (asked.length === 0) {
    throw new CodegenError(`No contract matches ${globs.join(', ')}.`, { hint: `Patterns start from ${cwd}.` });
  }
  const folder = path.resolve(cwd, out);
  const shared = await readFile(path.join(folder, SHARED_FILE), 'utf8').catch(() => '');
  const others = contractsOf(shared, folder);
  return [...new Set([...asked, ...others.filter((file) => existsSync(file))])].toSorted();
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
export function printService(service: ServiceModel, options: PrintOptions): FileText[] {
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
