#!/usr/bin/env node
import { nodeVersionProblem } from './node-version.ts';

// Before anything else is imported: an old Node would stop at the first line that it cannot read.
const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  void import('./start.ts').then(({ start }) => start());
} else {
  process.stderr.write(`error: ${problem.message}\n  next: ${problem.next}\n`);
  if (process.argv.includes('--json')) {
    const error = { code: 'failed_precondition', reason: 'node_too_old', ...problem };
    process.stdout.write(`${JSON.stringify({ error })}\n`);
  }
  process.exitCode = 1;
}
