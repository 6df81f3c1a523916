// For whoever runs a worker in surroundings of their own: another clock, another transport. `@reeve/testing` does.
// Does not follow semantic versioning.
export type { WorkerConfig } from './config.ts';
export { resolveConfig } from './config.ts';
export type { ImportedModule } from './threads/import-module.ts';
export { importModule } from './threads/import-module.ts';
export type { WorkerSurroundings } from './worker.ts';
export { Worker } from './worker.ts';
