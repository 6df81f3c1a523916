import { join } from 'node:path';
import { inject } from 'vitest';

/** Where a file of the workspace is that was compiled for this run: `packages/cli/dist/main.js`. */
export function compiled(path: string): string {
  return join(inject('compiledWorkspace'), path);
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `compile-workspace.ts` has made. */
    compiledWorkspace: string;
  }
}
