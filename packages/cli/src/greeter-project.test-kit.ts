import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../../../test/support/compiled.ts';
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
    const names = Object.keys({ ...dependencies, ...devDependencies });
    await mkdir(join(folder, 'node_modules/@reeve'), { recursive: true });
    for (const name of names.filter((one) => one.startsWith('@reeve/'))) {
      const target = compiled(name.replace('@reeve', 'packages'));
      await symlink(target, join(folder, 'node_modules', name), 'junction');
    }
    // The others; it leaves those alone that are there.
    await linkWorkspace(folder, names);
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
