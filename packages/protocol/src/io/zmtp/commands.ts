import { encodeCommand } from './writer.ts';
import { ZmtpError } from './zmtp-error.ts';

/** The kinds of sockets that may speak with each other here (RFC 28). */
export type SocketType = 'DEALER' | 'ROUTER' | 'REQ' | 'REP';

/** A command, as far as its meaning is of use. */
export type Command =
  | {
      readonly name: 'READY';
      readonly socketType: string;
      readonly identity: string;
      readonly lifeline: string;
    }
  | { readonly name: 'PING'; readonly ttlMs: number; readonly context: Uint8Array }
  | { readonly name: 'PONG' | 'ERROR' | 'unknown' };

/**
 * READY of the NULL mechanism: which socket speaks (RFC 37, "The NULL Security Mechanism"), and the identity of the
 * connection that answers for it while it is silent, if there is one.
 */
export function readyCommand(socketType: SocketType, lifeline = ''): Buffer {
  const body = [text('READY'), text('Socket-Type'), longText(socketType), text('Identity'), longText('')];
  if (lifeline !== '') body.push(text(LIFELINE), longText(lifeline));
  return encodeCommand(Buffer.concat(body));
}

/** PING with the time in ms after which the peer may give us up if it hears nothing (RFC 37, "Heartbeating"). */
export function pingCommand(ttlMs: number): Buffer {
  const ttl = Buffer.alloc(2);
  ttl.writeUInt16BE(Math.min(Math.ceil(ttlMs / TTL_UNIT_MS), 0xffff));
  return encodeCommand(Buffer.concat([text('PING'), ttl]));
}

export function pongCommand(context: Uint8Array): Buffer {
  return encodeCommand(Buffer.concat([text('PONG'), context]));
}

/** Reads a command's body. Throws a `ZmtpError` if it cannot be one. */
export function readCommand(body: Uint8Array): Command {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const nameEnd = 1 + (bytes[0] ?? 0);
  if (nameEnd === 1 || nameEnd > bytes.length) throw new ZmtpError('a command without a name');
  const name = bytes.toString('latin1', 1, nameEnd);
  const rest = bytes.subarray(nameEnd);
  switch (name) {
    case 'READY':
      return { name, ...readProperties(rest) };
    case 'PING':
      if (rest.length < 2 || rest.length > 2 + CONTEXT_BYTES_MAX) throw new ZmtpError('a PING of a wrong length');
      return { name, ttlMs: rest.readUInt16BE() * TTL_UNIT_MS, context: rest.subarray(2) };
    case 'PONG':
    case 'ERROR':
      return { name };
    default:
      return { name: 'unknown' };
  }
}

function readProperties(properties: Buffer): { socketType: string; identity: string; lifeline: string } {
  const found = new Map<string, string>();
  let at = 0;
  while (at < properties.length) {
    const nameEnd = at + 1 + properties[at]!;
    if (nameEnd + 4 > properties.length) throw new ZmtpError('a property that is cut off');
    const valueEnd = nameEnd + 4 + properties.readUInt32BE(nameEnd);
    if (valueEnd > properties.length) throw new ZmtpError('a property that is cut off');
    const name = properties.toString('latin1', at + 1, nameEnd);
    found.set(name.toLowerCase(), properties.toString('latin1', nameEnd + 4, valueEnd));
    at = valueEnd;
  }
  const socketType = found.get('socket-type');
  if (socketType === undefined) throw new ZmtpError('a READY without a socket type');
  return { socketType, identity: found.get('identity') ?? '', lifeline: found.get(LIFELINE.toLowerCase()) ?? '' };
}

function text(value: string): Buffer {
  return Buffer.from(`${String.fromCodePoint(value.length)}${value}`, 'latin1');
}

function longText(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'latin1')]);
}

/** A property of our own (RFC 37, "Metadata": their names begin with `X-`). */
const LIFELINE = 'X-Lifeline';
/** A time to live on the wire is in tenths of a second. */
const TTL_UNIT_MS = 100;
const CONTEXT_BYTES_MAX = 16;
