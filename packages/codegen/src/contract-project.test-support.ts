import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, type GenerateOptions, type GenerateResult } from './generate.ts';
import type { ServiceModel } from './model/model.ts';
import { readContracts } from './read/read-contract.ts';

/** A folder with contract files in which code can be generated. For tests. */
export class ContractProject {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** `modules`: where packages are found. */
  static async create(
    files: Readonly<Record<string, string>>,
    modules: string = fileURLToPath(new URL('../node_modules', import.meta.url)),
  ): Promise<ContractProject> {
    const folder = await mkdtemp(path.join(tmpdir(), 'reeve-codegen-'));
    await symlink(modules, path.join(folder, 'node_modules'));
    const project = new ContractProject(folder);
    for (const [name, text] of Object.entries(files)) await project.write(name, text);
    return project;
  }

  async write(name: string, text: string): Promise<void> {
    const file = path.join(this.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.folder, name));
  }

  async read(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), 'utf8');
  }

  async list(name: string): Promise<string[]> {
    const names: readonly string[] = await readdir(path.join(this.folder, name)).catch(() => []);
    return names.toSorted((a, b) => (a < b ? -1 : 1));
  }

  generate(options: Partial<GenerateOptions> = {}): Promise<GenerateResult> {
    return generate({ globs: ['**/*.contract.ts'], cwd: this.folder, out: 'generated', ...options });
  }

  /** Paths of results without the folder, with what happened. */
  statusOf({ files }: GenerateResult): Record<string, string> {
    return Object.fromEntries(files.map((file) => [path.relative(this.folder, file.path), file.status]));
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Reads the one service of a contract whose text needs no imports of its own. */
export async function readService(text: string): Promise<ServiceModel> {
  const project = await ContractProject.create({ 'x.contract.ts': contractText(text) });
  try {
    const { services } = await readContracts([path.join(project.folder, 'x.contract.ts')], project.folder);
    const [service] = services;
    if (service === undefined) throw new Error('the text exports no service');
    return service;
  } finally {
    await project.dispose();
  }
}

export function contractText(text: string): string {
  return `import { method, service } from '@reeve/contract';\nimport { z } from 'zod';\n${text}`;
}
