import type { Shape } from '@reeve/protocol';
import { type Canonical, digest, json, Raw } from './canonical.ts';

/** What a fingerprint is taken of. */
export interface FingerprintParts {
  readonly input: Shape;
  readonly output: Shape;
  readonly errors: Readonly<Record<string, { readonly code: string; readonly data?: Shape }>>;
  readonly idempotent: boolean;
  readonly key: readonly string[];
}

/**
 * Identifies what a method means on the wire: 32 hex digits over input, output, errors, delivery and key.
 *
 * Names of types, docs and timeouts do not change it.
 */
export function methodFingerprint(parts: FingerprintParts, canonical: Canonical): string {
  const write = (shape: Shape): Raw => new Raw(canonical.text(shape));
  const errors = Object.fromEntries(
    Object.entries(parts.errors).map(([name, { code, data }]) => [name, { code, data: data && write(data) }]),
  );
  const { idempotent, key } = parts;
  return digest(json({ input: write(parts.input), output: write(parts.output), errors, idempotent, key }));
}

/** Identifies a whole service by its methods. */
export function serviceFingerprint(name: string, methods: readonly { name: string; fingerprint: string }[]): string {
  return digest(
    json({ name, methods: Object.fromEntries(methods.map((method) => [method.name, method.fingerprint])) }),
  );
}
