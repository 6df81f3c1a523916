export type { TestReeve, TestReeveOptions } from './test-reeve.ts';
export { testReeve } from './test-reeve.ts';
