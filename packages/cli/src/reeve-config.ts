import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './failure.ts';
import { loadModule } from './load-module.ts';
import { didYouMean } from './near-names.ts';

/**
 * What `reeve gen` and `reeve dev` do in a folder unless the command line says otherwise: the default export of
 * `reeve.config.ts`. Paths start from its folder.
 */
export interface ReeveConfig {
  /** Patterns for contract files; `**` stands for any folders. */
  readonly contracts?: string | readonly string[];
  /** Where the generated files go. */
  readonly out?: string;
  /** Keeps `reeve.lock.json` up to date. Default: false. */
  readonly lock?: boolean;
  /** How generated files import each other. Default: `js`. */
  readonly importExtension?: 'js' | 'ts';
  /** Where a JSON Schema of each method goes. Default: none is written. */
  readonly jsonSchema?: string;
  /** Where a reference page of each service goes. Default: none is written. */
  readonly markdown?: string;
  /** The module that `reeve dev` serves. */
  readonly worker?: string;
}

/** Reads the configuration of a folder; an empty one if there is none. Throws an error of one line for a wrong one. */
export async function readConfig(cwd: string): Promise<ReeveConfig> {
  const file = CONFIG_FILES.find((name) => existsSync(join(cwd, name)));
  if (file === undefined) return {};
  const { default: config } = await loadModule(file, cwd);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw wrongConfig(file, 'has no object as its default export', 'write export default { … }');
  }
  for (const [name, value] of Object.entries(config)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof ReeveConfig] : undefined;
    if (check === undefined) throw unknownKey(file, name);
    if (value !== undefined && !check.accepts(value)) {
      throw wrongConfig(file, `${name} is ${JSON.stringify(value)}`, `it must be ${check.what}`);
    }
  }
  return config;
}

const CONFIG_FILES: readonly string[] = ['reeve.config.ts', 'reeve.config.mts', 'reeve.config.js', 'reeve.config.mjs'];

interface Check {
  readonly what: string;
  readonly accepts: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const TEXT: Check = { what: 'a path', accepts: isText };

const CHECKS: Readonly<Record<keyof ReeveConfig, Check>> = {
  contracts: {
    what: 'a pattern or a list of patterns',
    accepts: (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  },
  out: TEXT,
  lock: { what: 'true or false', accepts: (value) => typeof value === 'boolean' },
  importExtension: { what: "'js' or 'ts'", accepts: (value) => value === 'js' || value === 'ts' },
  jsonSchema: TEXT,
  markdown: TEXT,
  worker: TEXT,
};

function unknownKey(file: string, name: string): Error {
  const near = didYouMean(name, Object.keys(CHECKS));
  return wrongConfig(file, `has no option "${name}"`, near ?? `there are ${Object.keys(CHECKS).join(', ')}`);
}

function wrongConfig(file: string, what: string, next: string): Error {
  const failure = { code: 'invalid_argument', reason: 'bad_config', message: `${file}: ${what}`, next };
  return new CommandError(failure, { exitCode: 2 });
}
