import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as contract from '@reeve/contract';
import { createJiti, type Jiti } from 'jiti';
import { loadError } from './load-error.ts';
import { SourceText } from './source-text.ts';

/** What a module exports, and its constants that it does not. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * Runs contract modules and keeps the syntax trees of everything of the project that they load.
 *
 * Modules stay as they are until they are forgotten: then they are read and run anew.
 */
export class ModuleLoader {
  readonly sources: Map<string, SourceText> = new Map();
  readonly #base: string;
  /** Between two runs modules are kept here: other loaders of this process have to read them for themselves. */
  readonly #kept = new Map<string, NodeJS.Module>();
  #jiti: Jiti;

  constructor(cwd: string) {
    this.#base = path.join(cwd, 'reeve.contracts.ts');
    this.#jiti = this.#newJiti();
  }

  #newJiti(): Jiti {
    const plain = createJiti(this.#base, { fsCache: false });
    return createJiti(pathToFileURL(this.#base).href, {
      fsCache: false,
      interopDefault: false,
      tsconfigPaths: true,
      // Contracts meet the same `service` as the reader, and it need not be compiled for each run.
      virtualModules: { '@reeve/contract': contract },
      transform: (options) => {
        const file = options.filename ?? this.#base;
        const { source, code } = readModule(file, options.source, (module) => {
          const isPlain = options.async === true && options.jsx !== true;
          const quick = isPlain ? module?.compiled(EXPORT_PREFIX) : undefined;
          return quick ?? plain.transform({ ...options, source: withExports(options.source, module) });
        });
        if (source !== undefined) this.sources.set(file, source);
        return { code };
      },
    });
  }

  async load(file: string): Promise<LoadedModule> {
    try {
      return await this.#jiti.import(file);
    } catch (error) {
      throw loadError(file, error, this.sources);
    }
  }

  /** Value of a constant at the top of a module, whether it is exported or not. */
  static constant(module: LoadedModule, name: string): unknown {
    return module[name] ?? module[EXPORT_PREFIX + name];
  }

  /** To be called before modules are loaded: those that are kept need not be run again. */
  enter(): void {
    for (const [file, module] of this.#kept) moduleCache[file] = module;
  }

  /** To be called when enough is loaded. */
  leave(): void {
    this.#kept.clear();
    for (const file of this.sources.keys()) {
      const module = moduleCache[file];
      if (module !== undefined) this.#kept.set(file, module);
      delete moduleCache[file];
    }
  }

  /** Forgets what may be different after a change of some files: as little as can be told, else everything. */
  forget(changed: ReadonlySet<string>): void {
    if ([...changed].some((file) => !this.#standsAlone(file))) return this.forgetAll();
    for (const file of changed) this.#drop(file);
  }

  /** Forgets everything, so that it is read anew. */
  forgetAll(): void {
    for (const file of this.sources.keys()) this.#drop(file);
    // How names of modules are resolved may have changed as well.
    this.#jiti = this.#newJiti();
  }

  #drop(file: string): void {
    this.#kept.delete(file);
    this.sources.delete(file);
  }

  /** Whether a module is known and no other one imports it. One that names its file anywhere may do so. */
  #standsAlone(file: string): boolean {
    const { name } = path.parse(file);
    if (!this.sources.has(file) || name === 'index') return false;
    const others = [...this.sources.keys()].filter((other) => other !== file);
    return others.every((other) => READ.get(other)?.text.includes(name) === false);
  }
}

/** Whether an export is the module's own, and not one that the loader has added. */
export function isOwnExport(name: string): boolean {
  return !name.startsWith(EXPORT_PREFIX);
}

/** Parsing and compiling take most of the time of a run, and between two runs of one process few files change. */
function readModule(file: string, text: string, compile: (module: SourceText | undefined) => string): ReadModule {
  const known = READ.get(file);
  if (known?.text === text) return known;
  const source = /[\\/]node_modules[\\/]/.test(file) ? undefined : new SourceText(file, text);
  source?.refuseSyntaxErrors();
  const code = compile(source?.isModule === true ? source : undefined);
  const read = { text, source, code };
  READ.set(file, read);
  return read;
}

/** Lets a module export its constants under names of ours. */
function withExports(text: string, module: SourceText | undefined): string {
  if (module === undefined || module.constants.size === 0) return text;
  const names = [...module.constants.keys()].map((name) => `${name} as ${EXPORT_PREFIX}${name}`);
  return `${text}\n;export { ${names.join(', ')} };`;
}

/** A file as it was read last. */
interface ReadModule {
  readonly text: string;
  /** Absent if the file is not of the project. */
  readonly source: SourceText | undefined;
  readonly code: string;
}

const EXPORT_PREFIX = '$reeve_';

/** jiti keeps modules where `require` does. */
const moduleCache = createRequire(import.meta.url).cache;

const READ = new Map<string, ReadModule>();
