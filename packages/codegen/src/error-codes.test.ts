import { ERROR_CODES } from '@reeve/contract';
import { CODES } from '@reeve/protocol';
import { expect, test } from 'vitest';

// The contract package knows nothing of the wire, so it has a list of its own.
test('contracts and the wire know the same codes', () => {
  expect(ERROR_CODES).toEqual(CODES);
});
