import { basename } from 'node:path';

/** The package.json of a new project. `version` is that of Reeve's packages. */
export function packageManifest(folder: string, version: string): Manifest {
  const reeve = (...names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`@reeve/${name}`, `^${version}`]));
  return {
    name: packageName(basename(folder)),
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      dev: 'reeve dev',
      gen: "reeve gen 'src/**/*.contract.ts' --out src/generated",
      client: 'tsx src/client.ts',
      check: 'tsc --noEmit',
    },
    dependencies: { ...reeve('client', 'contract', 'worker'), zod: '^4.6.0' },
    devDependencies: {
      ...reeve('cli'),
      '@types/node': '^20.19.0',
      tsx: '^4.23.0',
      typescript: '^7.0.0',
    },
  };
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private: boolean;
  readonly type: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The tsconfig.json of a new project. `base` is what it extends, if anything. */
export function tsconfig(base: string | undefined): object {
  return {
    ...(base === undefined ? {} : { extends: base }),
    compilerOptions: {
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      verbatimModuleSyntax: true,
      outDir: 'dist',
      rootDir: 'src',
    },
    include: ['src'],
  };
}

/** What npm takes as a name. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '');
  return name === '' ? 'my-reeve' : name;
}
