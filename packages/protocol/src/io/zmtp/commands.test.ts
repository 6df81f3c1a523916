import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pingCommand, pongCommand, readCommand, readyCommand } from './commands.ts';

describe('a command', () => {
  const body = (command: Buffer): Buffer => command.subarray(2);

  test('is read as it was written', () => {
    const ready = { name: 'READY', socketType: 'DEALER', identity: '', lifeline: '' };
    expect(readCommand(body(readyCommand('DEALER')))).toEqual(ready);
    expect(readCommand(body(readyCommand('DEALER', 'me')))).toEqual({ ...ready, lifeline: 'me' });
    expect(readCommand(body(pingCommand(1_234)))).toEqual({ name: 'PING', ttlMs: 1_300, context: Buffer.alloc(0) });
    expect(readCommand(body(pongCommand(Buffer.from('abc'))))).toEqual({ name: 'PONG' });
    expect(readCommand(Buffer.from('\x09SUBSCRIBEx', 'latin1'))).toEqual({ name: 'unknown' });
  });

  test('PING names at most the longest time that two bytes hold', () => {
    expect(readCommand(body(pingCommand(10_000_000)))).toMatchObject({ ttlMs: 6_553_500 });
  });

  test('READY is found among other properties, in any case', () => {
    const properties = '\x08Identity\0\0\0\x02ab\x0bsocket-TYPE\0\0\0\x03REQ';
    const ready = { name: 'READY', socketType: 'REQ', identity: 'ab', lifeline: '' };
    expect(readCommand(Buffer.from(`\x05READY${properties}`, 'latin1'))).toEqual(ready);
  });

  test.each<[string, string]>([
    ['no bytes', ''],
    ['no name', '\0'],
    ['a name that is cut off', '\x05REA'],
    ['a READY without a type', '\x05READY'],
    ['a property that is cut off', '\x05READY\x0bSocket-Type\0\0\0\x09REQ'],
    ['a PING without a time', '\x04PING'],
    ['a PING with much context', `\x04PING\0\0${'x'.repeat(17)}`],
  ])('of %s is refused', (_, text) => {
    expect(() => readCommand(Buffer.from(text, 'latin1'))).toThrow(expect.objectContaining({ name: 'ZmtpError' }));
  });

  test('is refused with an error of its own, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, isReady) => {
        const read = (): unknown => readCommand(isReady ? Buffer.concat([Buffer.from('\x05READY'), bytes]) : bytes);
        expect([undefined, 'ZmtpError']).toContain(errorOf(read));
      }),
    );
  });
});

/** The name of what is thrown, if anything is. */
function errorOf(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (thrown) {
    return (thrown as Error).name;
  }
}
