import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkWorkspace } from './init/link-workspace.ts';
import { packageManifest } from './init/manifests.ts';
import { writeProject } from './init/new-project.ts';

/** What `reeve init` makes, in a temporary folder. */
export class GreeterProject {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<GreeterProject> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-greeter-')));
    await writeProject(folder);
    const { dependencies, devDependencies } = packageManifest(folder, '0.0.0');
    await linkWorkspace(folder, Object.keys({ ...dependencies, ...devDependencies }));
    return new GreeterProject(folder);
  }

  /** Writes a file beside the others. Returns its path from the folder. */
  async write(path: string, text: string): Promise<string> {
    await writeFile(join(this.folder, path), text);
    return path;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
