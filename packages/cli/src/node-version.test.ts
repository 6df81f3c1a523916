import { expect, test } from 'vitest';
import { nodeVersionProblem } from './node-version.ts';

test.each(['20.0.0', '20.20.2', '22.1.0', '100.0.0'])('Node %s will do', (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

test.each(['18.19.1', '19.9.0', '4.0.0'])('Node %s is too old', (version) => {
  expect(nodeVersionProblem(version)?.message).toBe(`Reeve needs Node 20 or newer, and this is Node ${version}`);
});
