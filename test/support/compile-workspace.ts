import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { root } from './repository.ts';

/**
 * Vitest runs this once before the tests: it compiles the workspace for the processes that they start. A process that
 * compiles what it loads takes a second of the machine's time to start, and tests start hundreds.
 *
 * What comes out is what `npm install` would give: each package with its `dist`, the manifest that is published, and
 * what that names in its node_modules. File by file, so that all that is found by `import.meta.url` is found.
 */
export default async function compileWorkspace(project: TestProject): Promise<() => void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reeve-compiled-')));
  await compileFiles(folder);
  for (const name of packages) {
    const { publishConfig, ...manifest } = readManifest(`packages/${name}`);
    writeManifest(folder, `packages/${name}`, { ...manifest, ...publishConfig });
    linkDependencies(folder, `packages/${name}`, manifest);
  }
  link(join(root, 'packages/cli/templates'), join(folder, 'packages/cli/templates'));
  const examples = readManifest('examples');
  writeManifest(folder, 'examples', examples);
  linkDependencies(folder, 'examples', examples);
  // What the demo renders.
  link(join(root, 'node_modules'), join(folder, 'node_modules'));
  project.provide('compiledWorkspace', folder);
  project.onTestsRerun(() => compileFiles(folder));
  return () => rmSync(folder, { recursive: true, force: true });
}

async function compileFiles(folder: string): Promise<void> {
  const ofPackages = packages.flatMap((name) =>
    programs(`packages/${name}/src`).map(([file, path]) => ({ in: file, out: `packages/${name}/dist/${path}` })),
  );
  const ofDemo = programs('examples/render-farm').map(([file, path]) => ({
    in: file,
    out: `examples/render-farm/${path}`,
  }));
  await build({
    entryPoints: [...ofPackages, ...ofDemo],
    outdir: folder,
    absWorkingDir: root,
    // Only so that the plugin is asked: nothing is put together.
    bundle: true,
    plugins: [importsAsTheyAre],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
}

/** The files of a folder that a process may load, and their paths in it without the ending. */
function programs(folder: string): [file: string, path: string][] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && (!file.includes('.test') || file.endsWith('-handlers.test-kit.ts')))
    .map((file) => [`${folder}/${file}`, file.slice(0, -'.ts'.length)]);
}

const importsAsTheyAre: Plugin = {
  name: 'imports as they are',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/^(\..*)\.ts$/, '$1.js'), external: true },
    );
  },
};

function linkDependencies(folder: string, at: string, { dependencies, peerDependencies }: Manifest): void {
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const own = name.startsWith('@reeve/') && join(folder, 'packages', name.slice('@reeve/'.length));
    link(own || join(root, at, 'node_modules', name), join(folder, at, 'node_modules', name));
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}

function readManifest(at: string): Manifest {
  return JSON.parse(readFileSync(join(root, at, 'package.json'), 'utf8')) as Manifest;
}

function writeManifest(folder: string, at: string, manifest: Manifest): void {
  writeFileSync(join(folder, at, 'package.json'), JSON.stringify(manifest));
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: object;
}

const packages = readdirSync(join(root, 'packages'));
