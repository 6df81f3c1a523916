export { FAULTS } from './faults/fault.ts';
export type { Fault } from './faults/fault.ts';
export type { FaultRun, FaultTest } from './faults/fault-run.ts';
export type { FaultOptions } from './faults/run-settings.ts';
export type { FaultSummary } from './faults/test-with-faults.ts';
export { testWithFaults } from './faults/test-with-faults.ts';
export type { TestReeve, TestReeveOptions } from './test-reeve.ts';
export { testReeve } from './test-reeve.ts';
