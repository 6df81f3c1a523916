// For whoever runs a client in surroundings of their own: another clock, another transport. `@reeve/testing` does.
// Does not follow semantic versioning.
export type { ClientConfig } from './config.ts';
export { resolveConfig } from './config.ts';
export type { ClientSurroundings } from './reeve.ts';
export { Reeve } from './reeve.ts';
