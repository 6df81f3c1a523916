export { resolveConfig } from './config.ts';
export type { MajordomoConfig } from './config.ts';
export { MajordomoGateway } from './gateway.ts';
export type { MajordomoOptions, MajordomoService } from './options.ts';
