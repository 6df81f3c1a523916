import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as contract from '@reeve/contract';
import { createJiti, type Jiti } from 'jiti';
import { CodegenError } from '../codegen-error.ts';
import { SourceText } from './source-text.ts';

/** What a module exports, and its constants that it does not. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * Runs contract modules and keeps the syntax trees of everything of the project that they load.
 *
 * Every run starts afresh: what an earlier loader has read may have changed since.
 */
export class ModuleLoader {
  readonly sources: Map<string, SourceText> = new Map();
  readonly #jiti: Jiti;

  constructor(cwd: string) {
    const base = path.join(cwd, 'reeve.contracts.ts');
    const plain = createJiti(base, { fsCache: false });
    this.#jiti = createJiti(pathToFileURL(base).href, {
      fsCache: false,
      interopDefault: false,
      tsconfigPaths: true,
      // Contracts meet the same `service` as the reader, and it need not be compiled for each run.
      virtualModules: { '@reeve/contract': contract },
      transform: (options) => {
        const file = options.filename ?? base;
        const source = this.#keep(file, options.source);
        return { code: compiled(file, source, () => plain.transform({ ...options, source })) };
      },
    });
  }

  async load(file: string): Promise<LoadedModule> {
    try {
      return await this.#jiti.import(file);
    } catch (error) {
      throw loadError(file, error, this.sources.get(file));
    }
  }

  /** Value of a constant at the top of a module, whether it is exported or not. */
  static constant(module: LoadedModule, name: string): unknown {
    return module[name] ?? module[EXPORT_PREFIX + name];
  }

  /** Forgets everything, so that the next loader reads the files anew. */
  dispose(): void {
    for (const file of this.sources.keys()) delete moduleCache[file];
  }

  /** Parses a file of the project and lets it export its constants under names of ours. */
  #keep(file: string, text: string): string {
    if (/[\\/]node_modules[\\/]/.test(file)) return text;
    const source = new SourceText(file, text);
    this.sources.set(file, source);
    if (!source.isModule || source.constants.size === 0) return text;
    const names = [...source.constants.keys()].map((name) => `${name} as ${EXPORT_PREFIX}${name}`);
    return `${text}\n;export { ${names.join(', ')} };`;
  }
}

/** Whether an export is the module's own, and not one that the loader has added. */
export function isOwnExport(name: string): boolean {
  return !name.startsWith(EXPORT_PREFIX);
}

/** Compiling takes most of the time of a run, and between two runs of one process few files change. */
function compiled(file: string, source: string, compile: () => string): string {
  const known = COMPILED.get(file);
  if (known?.source === source) return known.code;
  const code = compile();
  COMPILED.set(file, { source, code });
  return code;
}

function loadError(file: string, error: unknown, source: SourceText | undefined): unknown {
  if (error instanceof CodegenError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof contract.ContractError) {
    const [, service = ''] = /^Service "([^"]*)"$/.exec(error.where) ?? [];
    const name = service === '' ? error.where.slice(0, error.where.lastIndexOf('.')) : service;
    const call = source?.serviceCall(name);
    const position = call === undefined ? { file, line: 1, column: 1 } : source?.positionOf(call);
    return new CodegenError(message.slice(0, -error.hint.length).trim(), { position, hint: error.hint, cause: error });
  }
  const [line = ''] = message.split('\n');
  return new CodegenError(`cannot be loaded: ${line.trim()}${/[.!?]$/.test(line.trim()) ? '' : '.'}`, {
    position: { file, line: 1, column: 1 },
    hint: 'A contract is run to read its schemas: it must load without a running system.',
    cause: error,
  });
}

const EXPORT_PREFIX = '$reeve_';

/** jiti keeps modules where `require` does. */
const moduleCache = createRequire(import.meta.url).cache;

const COMPILED = new Map<string, { readonly source: string; readonly code: string }>();
