import type { MajordomoService } from './options.ts';

/** The method by which native peers know a service of Majordomo. */
export interface NativeName {
  readonly service: string;
  readonly method: string;
}

/** Where a name of Majordomo leads: what the configuration says, else what the name itself does. */
export function nativeName(name: string, config: MajordomoService | undefined): NativeName {
  const dot = name.lastIndexOf('.');
  const isSplit = dot > 0 && dot < name.length - 1;
  const service = config?.service ?? (isSplit ? name.slice(0, dot) : name);
  const method = config?.method ?? (isSplit ? name.slice(dot + 1) : SOLE_METHOD);
  return { service, method };
}

/** The shortest name by which Majordomo peers reach a method without a word in the configuration. */
export function plainName({ service, method }: NativeName): string {
  const isEnough = method === SOLE_METHOD && nativeName(service, undefined).service === service;
  return isEnough ? service : `${service}.${method}`;
}

/** Reads the name of a service. `undefined`: it is no text, or too long for a name. */
export function readName(bytes: Uint8Array, bytesMax: number): string | undefined {
  if (bytes.length > bytesMax) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** A service of Majordomo is one method; a native one has names for them. */
const SOLE_METHOD = 'call';
