import { isService, type Service } from '@reeve/contract';
import type { $ZodType } from 'zod/v4/core';
import { CodegenError, type Position } from '../codegen-error.ts';
import type { ServiceModel } from '../model/model.ts';
import { type FinishedServices, finishServices } from './finish-service.ts';
import { isOwnExport, type LoadedModule, ModuleLoader } from './module-loader.ts';
import { SchemaNames } from './schema-names.ts';
import { SchemaSyntax } from './schema-syntax.ts';
import { ServiceReader } from './service-reader.ts';
import { ServiceReading } from './service-reading.ts';

/** A service as a contract file exports it. */
interface Found {
  readonly file: string;
  readonly exportName: string;
  readonly service: Service;
}

/** What reading gives: services in the order of files and exports, and remarks. */
export interface Contracts {
  readonly services: readonly ServiceModel[];
  readonly warnings: readonly string[];
}

/** Runs contract files and reads the services they export. Throws a `CodegenError` at the first mistake. */
export async function readContracts(files: readonly string[], cwd: string): Promise<Contracts> {
  const reader = new ContractReader(cwd);
  try {
    return await reader.read(files);
  } finally {
    reader.dispose();
  }
}

/** Reads contracts again and again: what has not changed in between is not read anew. */
export class ContractReader {
  readonly #loader: ModuleLoader;
  /** A service that is still the same object was not run again, and so is what was read from it. */
  readonly #readings = new WeakMap<Service, ServiceReading>();
  readonly #finished: FinishedServices = new WeakMap();

  constructor(cwd: string) {
    this.#loader = new ModuleLoader(cwd);
  }

  #sources: readonly string[] = [];
  #isBroken = false;

  /** Files of the project that the last reading has run, as far as it came. */
  get sources(): readonly string[] {
    return this.#sources;
  }

  /**
   * Throws a `CodegenError` at the first mistake.
   *
   * `changed`: the files that have changed since the last reading. Default: any may have.
   */
  async read(files: readonly string[], changed?: ReadonlySet<string>): Promise<Contracts> {
    // After a mistake nobody knows which modules have run and which have not.
    if (changed === undefined || this.#isBroken) this.#loader.forgetAll();
    else this.#loader.forget(changed);
    this.#isBroken = false;
    this.#loader.enter();
    try {
      return await this.#read(files);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    } finally {
      this.#loader.leave();
      this.#sources = [...this.#loader.sources.keys()];
    }
  }

  dispose(): void {
    this.#loader.forgetAll();
  }

  async #read(files: readonly string[]): Promise<Contracts> {
    const loader = this.#loader;
    const found: Found[] = [];
    const warnings: string[] = [];
    for (const file of files) {
      const services = servicesOf(file, await loader.load(file));
      if (services.length === 0) warnings.push(`${file}: exports no service, so nothing is generated from it`);
      found.push(...services);
    }
    refuseDuplicates(found, loader);
    const { names, syntax } = await readSyntax(loader);
    const readings = found.map((one) => {
      const known = this.#readings.get(one.service);
      if (known !== undefined && known.isUpToDate(one, names)) return known;
      const source = loader.sources.get(one.file);
      const reading = new ServiceReading(new ServiceReader({ ...one, source, names, syntax }).read());
      this.#readings.set(one.service, reading);
      return reading;
    });
    return { services: finishServices(readings, this.#finished), warnings };
  }
}

function servicesOf(file: string, module: LoadedModule): Found[] {
  const seen = new Set<Service>();
  return Object.entries(module).flatMap(([exportName, service]) => {
    if (!isOwnExport(exportName) || !isService(service) || seen.has(service)) return [];
    seen.add(service);
    return [{ file, exportName, service }];
  });
}

/** Files are named for services, and some file systems take upper and lower case for the same. */
function refuseDuplicates(found: readonly Found[], loader: ModuleLoader): void {
  const byName = new Map<string, Found>();
  for (const one of found) {
    const name = one.service.name.toLowerCase();
    const other = byName.get(name);
    byName.set(name, one);
    if (other === undefined || other.service === one.service) continue;
    throw new CodegenError(`service "${one.service.name}" is also described in ${other.file}.`, {
      position: positionOf(one, loader),
      hint: 'Give one of them another name.',
    });
  }
}

function positionOf({ file, service }: Found, loader: ModuleLoader): Position {
  const source = loader.sources.get(file);
  const call = source?.serviceCall(service.name);
  return source !== undefined && call !== undefined ? source.positionOf(call) : { file, line: 1, column: 1 };
}

/** Finds out what all schemas are called that a contract file or a file it imports keeps in a constant. */
async function readSyntax(loader: ModuleLoader): Promise<{ names: SchemaNames; syntax: SchemaSyntax }> {
  const names = new SchemaNames();
  const syntax = new SchemaSyntax();
  const sources = [...loader.sources.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const later: (() => void)[] = [];
  const schemas: $ZodType[] = [];
  for (const source of sources) {
    if (!source.isModule || source.constants.size === 0) continue;
    const module = await loader.load(source.file);
    for (const [name, node] of source.constants) {
      const value = ModuleLoader.constant(module, name);
      if (!isSchema(value)) continue;
      schemas.push(value);
      const add = (): void => names.add(value, name, node);
      if (Object.hasOwn(module, name)) add();
      else later.push(add);
      syntax.link(node.initializer, value, source);
    }
  }
  // The name that the author made public counts first.
  for (const add of later) add();
  names.nameInsides(schemas);
  return { names, syntax };
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
