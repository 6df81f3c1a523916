export { MajordomoGateway } from './gateway.ts';
export type { MajordomoOptions, MajordomoService } from './options.ts';
