/** A peer's bytes are not the protocol, or not a part of it that is spoken here: its connection ends. */
export class ZmtpError extends Error {
  override readonly name: string = 'ZmtpError';
}
