/**
 * The frames of the three dialects, written by hand from RFC 7 and RFC 18.
 *
 * `mdp02-delimited` is MDP/0.2 with an empty frame before each message, as several libraries send it.
 */
export interface Dialect {
  readonly name: DialectName;
  readonly rfc: 7 | 18;
  readonly clientHeader: string;
  readonly workerHeader: string;
  /** Whether a message starts with an empty frame. */
  readonly isDelimited: boolean;
  /** Whether a worker may send PARTIAL, and a client command has a byte that names it. */
  readonly hasPartials: boolean;
  readonly commands: WorkerCommands;
}

export type DialectName = 'mdp01' | 'mdp02' | 'mdp02-delimited';

interface WorkerCommands {
  readonly ready: number;
  readonly request: number;
  /** PARTIAL. RFC 7 has none. */
  readonly partial?: number;
  /** FINAL; in RFC 7 it is called REPLY. */
  readonly final: number;
  readonly heartbeat: number;
  readonly disconnect: number;
}

/** What a broker sends to a worker. */
export type ToWorker =
  | { readonly kind: 'request'; readonly address: Buffer; readonly body: readonly Buffer[] }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'malformed'; readonly why: string; readonly frames: readonly Buffer[] };

/** What a broker sends to a client. A REPLY of RFC 7 is `final`. */
export type ToClient =
  | { readonly kind: 'partial' | 'final'; readonly service: string; readonly body: readonly Buffer[] }
  | { readonly kind: 'malformed'; readonly why: string; readonly frames: readonly Buffer[] };

export type Frame = string | Uint8Array;

export function clientRequest(dialect: Dialect, service: string, body: readonly Frame[]): Frame[] {
  const command = dialect.hasPartials ? [Buffer.of(CLIENT_REQUEST)] : [];
  return [...envelope(dialect), dialect.clientHeader, ...command, service, ...body];
}

/** Any command of a worker: `rest` is what follows the command byte. */
export function workerCommand(dialect: Dialect, command: number, ...rest: readonly Frame[]): Frame[] {
  return [...envelope(dialect), dialect.workerHeader, Buffer.of(command), ...rest];
}

export function readForClient(dialect: Dialect, frames: readonly Buffer[]): ToClient {
  const malformed = (why: string): ToClient => ({ kind: 'malformed', why, frames });
  const rest = afterHeader(dialect, dialect.clientHeader, frames);
  if (typeof rest === 'string') return malformed(rest);
  let kind: 'partial' | 'final' = 'final';
  if (dialect.hasPartials) {
    const command = rest.shift();
    if (command?.length !== 1) return malformed('the command is not one byte');
    if (command[0] !== CLIENT_PARTIAL && command[0] !== CLIENT_FINAL) return malformed('neither PARTIAL nor FINAL');
    kind = command[0] === CLIENT_PARTIAL ? 'partial' : 'final';
  }
  const [service, ...body] = rest;
  if (service === undefined) return malformed('no service frame');
  if (body.length === 0) return malformed('no body frame: an empty body is one empty frame');
  return { kind, service: service.toString(), body };
}

export function readForWorker(dialect: Dialect, frames: readonly Buffer[]): ToWorker {
  const malformed = (why: string): ToWorker => ({ kind: 'malformed', why, frames });
  const rest = afterHeader(dialect, dialect.workerHeader, frames);
  if (typeof rest === 'string') return malformed(rest);
  const [command, ...fields] = rest;
  if (command?.length !== 1) return malformed('the command is not one byte');
  const { request, heartbeat, disconnect } = dialect.commands;
  if (command[0] === heartbeat || command[0] === disconnect) {
    if (fields.length > 0) return malformed('frames after HEARTBEAT or DISCONNECT');
    return { kind: command[0] === heartbeat ? 'heartbeat' : 'disconnect' };
  }
  if (command[0] !== request) return malformed('not a command that a broker sends');
  const [address, delimiter, ...body] = fields;
  if (address === undefined || address.length === 0) return malformed('no client address');
  if (delimiter?.length !== 0) return malformed('no empty frame after the client address');
  if (body.length === 0) return malformed('no body frame: an empty body is one empty frame');
  return { kind: 'request', address, body };
}

/** A frame as text; nothing for one that is not there. */
export function textOf(frame: Buffer | undefined): string {
  return frame?.toString() ?? '';
}

/** Frames for a reader: text as it is, other bytes in hexadecimal. */
export function showFrames(frames: readonly Frame[]): string {
  return `[${frames.map(showFrame).join(', ')}]`;
}

function showFrame(frame: Frame): string {
  const bytes = Buffer.from(frame);
  if (/^[\x20-\x7e]*$/.test(bytes.toString('latin1'))) return shortened(`"${bytes.toString('latin1')}"`);
  return shortened(`0x${bytes.toString('hex')}`);
}

function shortened(text: string): string {
  return text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}… (${text.length} characters)`;
}

function envelope(dialect: Dialect): Frame[] {
  return dialect.isDelimited ? [''] : [];
}

/** The frames after the header, or what is wrong with the beginning. */
function afterHeader(dialect: Dialect, header: string, frames: readonly Buffer[]): Buffer[] | string {
  const rest = [...frames];
  if (dialect.isDelimited && rest.shift()?.length !== 0) return 'no empty frame at the beginning';
  const seen = rest.shift();
  return seen?.toString('latin1') === header ? rest : `the header is not ${header}`;
}

const CLIENT_REQUEST = 1;
const CLIENT_PARTIAL = 2;
const CLIENT_FINAL = 3;
/** Enough to tell messages apart in a report. */
const SHOWN_CHARS_MAX = 60;

const V01 = { ready: 1, request: 2, final: 3, heartbeat: 4, disconnect: 5 };
const V02 = { ready: 1, request: 2, partial: 3, final: 4, heartbeat: 5, disconnect: 6 };

const MDP01: Dialect = {
  name: 'mdp01',
  rfc: 7,
  clientHeader: 'MDPC01',
  workerHeader: 'MDPW01',
  isDelimited: true,
  hasPartials: false,
  commands: V01,
};

const MDP02: Dialect = {
  name: 'mdp02',
  rfc: 18,
  clientHeader: 'MDPC02',
  workerHeader: 'MDPW02',
  isDelimited: false,
  hasPartials: true,
  commands: V02,
};

export const DIALECTS: readonly Dialect[] = [MDP01, MDP02, { ...MDP02, name: 'mdp02-delimited', isDelimited: true }];
