import { join } from 'node:path';
import { inject } from 'vitest';

/** Where a file of the workspace is that was compiled for this run: `packages/cli/dist/main.js`. */
export function compiled(path: string): string {
  const folder = inject('compiledWorkspace') as string | undefined;
  if (folder === undefined)
    throw new Error('nothing was compiled for this test: add it to `apart` in vitest.config.ts');
  return join(folder, path);
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `compile-workspace.ts` has made. */
    compiledWorkspace: string;
  }
}
