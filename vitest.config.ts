import { defineConfig } from 'vitest/config';

/** A file for the results as JSON, beside the usual output; `.ci/run` reads its totals. */
const resultsFile = process.env['REEVE_TEST_RESULTS'];

const everything = ['packages/*/src', 'test', 'examples', 'scripts', 'bench'].map((folder) => `${folder}/**/*.test.ts`);
/** Packages of the workspace are linked into each other. */
const linked = ['**/node_modules/**'];

/**
 * Files that get a process each: they start processes of their own, hold real sockets, or replace modules. So nothing
 * of one can outlive it into the next. Only for these the workspace is compiled, by `compile-workspace.ts`.
 */
const apart = [
  'packages/cli/src/{commands,dev,diff,gen-watch,in-threads,init,mistakes,worker-pool}.test.ts',
  'packages/protocol/src/io/{ipc,lifeline}*.test.ts',
  'packages/worker/src/threads/**/*.test.ts',
  'packages/protocol/src/{sequence,reeve-error}.test.ts',
  'test/{bodies,chaos,conformance,faults,interop,majordomo}/**/*.test.ts',
  'test/{processes,readme,scenarios,transport,upgrades,zod}/**/*.test.ts',
  'bench/child.test.ts',
  'examples/render-farm/{demo,faults,free-port,reference-run}.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: apart,
          exclude: linked,
          isolate: true,
          globalSetup: 'test/support/compile-workspace.ts',
        },
      },
      // The others share a few: to load all modules anew for each file took a third of their time.
      { extends: true, test: { name: 'shared', include: everything, exclude: [...apart, ...linked], isolate: false } },
    ],
    pool: 'forks',
    // As many as there are cores: most tests compute, or wait for processes of their own.
    maxWorkers: '100%',
    setupFiles: ['test/support/quiet-console.ts'],
    // Long enough for a loaded machine; a test that waits for a deadline of Reeve's own fails sooner and says why.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    unstubEnvs: true,
    ...(resultsFile ? { reporters: ['default', 'json'], outputFile: { json: resultsFile } } : {}),
  },
});
