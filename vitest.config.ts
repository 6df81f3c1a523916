import { defineConfig } from 'vitest/config';

/** A file for the results as JSON, beside the usual output; `.ci/run` reads its totals. */
const resultsFile = process.env['REEVE_TEST_RESULTS'];

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/*.test.ts',
      'bench/overload/*.test.ts',
    ],
    // A process for each file: sockets and native code of one file cannot outlive it into the next.
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
