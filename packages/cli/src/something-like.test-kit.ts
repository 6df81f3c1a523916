import { expect } from 'vitest';

/** Vitest's matchers for a part of a value; typed, so that they can stand in one. */

export function textWith(part: string): unknown {
  return expect.stringContaining(part);
}

export function textLike(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

export function aNumber(): unknown {
  return expect.any(Number);
}
