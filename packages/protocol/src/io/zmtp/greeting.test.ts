import { describe, expect, test } from 'vitest';
import { greeting, readGreeting } from './greeting.ts';

describe('a greeting', () => {
  test('is that of RFC 37', () => {
    expect(greeting().toString('hex')).toBe(`ff00000000000000007f0301${'4e554c4c'.padEnd(104, '0')}`);
  });

  test('is read when all of it has come', () => {
    for (let length = 0; length < 64; length++) expect(readGreeting(greeting().subarray(0, length))).toBeUndefined();
    expect(readGreeting(greeting())).toBe(1);
  });

  test('may be of any 3.x', () => {
    const bytes = greeting();
    bytes[11] = 0;
    expect(readGreeting(bytes)).toBe(0);
    bytes[10] = 4;
    expect(readGreeting(bytes)).toBe(0);
  });

  test.each<[string, number, number, string]>([
    ['of something else', 0, 0x47, 'no ZMTP signature'],
    ['of something else that begins alike', 9, 0x7e, 'no ZMTP signature'],
    ['of ZMTP 2.0', 10, 1, 'ZMTP of version 1, not 3'],
    ['that wants to encrypt', 12, 0x43, 'the mechanism "CULL", not NULL'],
  ])('%s is refused', (_, at, byte, why) => {
    const bytes = greeting();
    bytes[at] = byte;
    expect(() => readGreeting(bytes)).toThrow(why);
  });

  test('that is wrong is refused at the first wrong byte', () => {
    expect(() => readGreeting(Buffer.from('GET'))).toThrow('no ZMTP signature');
  });
});
