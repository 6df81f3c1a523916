import { ZmtpError } from './zmtp-error.ts';

/**
 * The greeting that opens a connection, sent by both ends at once: signature, version 3.1, mechanism NULL
 * (RFC 37, "Greeting").
 */
export function greeting(): Buffer {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = MAJOR;
  bytes[11] = MINOR;
  bytes.write(MECHANISM, 12, 'latin1');
  return bytes;
}

/**
 * Reads what has come of a peer's greeting and says its minor version, or `undefined` if more is to come. Throws a
 * `ZmtpError` as soon as a byte is wrong, so that a peer that speaks first and something else is not waited for.
 */
export function readGreeting(bytes: Uint8Array): number | undefined {
  if (bytes.length > 0 && bytes[0] !== 0xff) throw new ZmtpError('no ZMTP signature');
  if (bytes.length > 9 && (bytes[9]! & 1) === 0) throw new ZmtpError('no ZMTP signature');
  if (bytes.length > 10 && bytes[10]! < MAJOR) throw new ZmtpError(`ZMTP of version ${bytes[10]}, not 3`);
  if (bytes.length < GREETING_BYTES) return undefined;
  const mechanism = String.fromCodePoint(...bytes.subarray(12, 32)).replace(/\0+$/, '');
  if (mechanism !== MECHANISM) throw new ZmtpError(`the mechanism ${JSON.stringify(mechanism)}, not ${MECHANISM}`);
  return bytes[11]!;
}

export const GREETING_BYTES = 64;
const MAJOR = 3;
const MINOR = 1;
const MECHANISM = 'NULL';
