/**
 * The frames of the Majordomo protocol: MDP/0.1 (RFC 7) and MDP/0.2 (RFC 18) of rfc.zeromq.org.
 *
 * 0.2 exists in two forms: as its RFC has it, and with an empty frame in front, which every REQ socket puts there. A
 * peer is answered in the form that it spoke. Bodies are passed on as views; nothing here copies.
 */
export type Dialect = 'mdp01' | 'mdp02' | 'mdp02-delimited';

/** What a Majordomo peer said. */
export type MajordomoMessage = ClientRequest | WorkerReady | WorkerAnswer | WorkerSignal;

export interface ClientRequest {
  readonly role: 'client';
  readonly dialect: Dialect;
  readonly service: Uint8Array;
  /** One frame at least. */
  readonly body: readonly Uint8Array[];
}

export interface WorkerReady {
  readonly role: 'worker';
  readonly dialect: Dialect;
  readonly command: 'ready';
  readonly service: Uint8Array;
}

/** 0.1 knows only the final answer, and calls it REPLY. */
export interface WorkerAnswer {
  readonly role: 'worker';
  readonly dialect: Dialect;
  readonly command: 'partial' | 'final';
  /** What the broker gave with the request. */
  readonly address: Uint8Array;
  /** One frame at least. */
  readonly body: readonly Uint8Array[];
}

export interface WorkerSignal {
  readonly role: 'worker';
  readonly dialect: Dialect;
  readonly command: 'heartbeat' | 'disconnect';
}

/**
 * Reads a message. `undefined`: it is not Majordomo at all. `'malformed'`: it claims to be, but is not sound.
 *
 * Total: any frames give one of these, and nothing throws.
 */
export function readMajordomo(frames: readonly Uint8Array[]): MajordomoMessage | 'malformed' | undefined {
  const isDelimited = frames[0]?.length === 0;
  const at = isDelimited ? 1 : 0;
  const header = frames[at];
  if (header === undefined || !startsWith(header, PREFIX)) return undefined;
  const version = header.length === HEADER_BYTES && header[4] === 0x30 ? header[5]! - 0x30 : 0;
  // 0.1 has the empty frame always.
  if (version !== 2 && !(version === 1 && isDelimited)) return 'malformed';
  const dialect = version === 1 ? 'mdp01' : isDelimited ? 'mdp02-delimited' : 'mdp02';
  if (header[3] === CLIENT) return readClient(frames, at + 1, dialect);
  return header[3] === WORKER ? readWorker(frames, at + 1, dialect) : 'malformed';
}

/** What a client gets. 0.1 has only the final answer. */
export function clientAnswer(
  dialect: Dialect,
  command: 'partial' | 'final',
  service: Uint8Array,
  body: readonly Uint8Array[],
): Uint8Array[] {
  if (dialect === 'mdp01') return [EMPTY, CLIENT_01, service, ...body];
  const frames = [CLIENT_02, command === 'final' ? CLIENT_FINAL : CLIENT_PARTIAL, service, ...body];
  return dialect === 'mdp02' ? frames : [EMPTY, ...frames];
}

/** Hands a request to a worker. The address comes back with the answer. */
export function workerRequest(dialect: Dialect, address: Uint8Array, body: readonly Uint8Array[]): Uint8Array[] {
  return [...workerHead(dialect, 'request'), address, EMPTY, ...body];
}

export function workerSignal(dialect: Dialect, command: 'heartbeat' | 'disconnect'): Uint8Array[] {
  return workerHead(dialect, command);
}

function readClient(frames: readonly Uint8Array[], at: number, dialect: Dialect): MajordomoMessage | 'malformed' {
  let serviceAt = at;
  if (dialect !== 'mdp01') {
    if (commandOf(frames[at]) !== CLIENT_REQUEST_02) return 'malformed';
    serviceAt += 1;
  }
  const service = frames[serviceAt];
  if (service === undefined || service.length === 0) return 'malformed';
  return { role: 'client', dialect, service, body: bodyFrom(frames, serviceAt + 1) };
}

function readWorker(frames: readonly Uint8Array[], at: number, dialect: Dialect): MajordomoMessage | 'malformed' {
  const codes = codesOf(dialect);
  const command = COMMANDS.find((name) => codes[name] === commandOf(frames[at]));
  const next = frames[at + 1];
  switch (command) {
    case 'ready':
      return next === undefined || next.length === 0
        ? 'malformed'
        : { role: 'worker', dialect, command, service: next };
    case 'partial':
    case 'final': {
      if (next === undefined) return 'malformed';
      // Some workers leave the delimiter out. An empty frame right after the address is taken for it.
      const bodyAt = frames[at + 2]?.length === 0 ? at + 3 : at + 2;
      return { role: 'worker', dialect, command, address: next, body: bodyFrom(frames, bodyAt) };
    }
    case 'heartbeat':
    case 'disconnect':
      // Whatever trails is of no meaning.
      return { role: 'worker', dialect, command };
    default:
      return 'malformed';
  }
}

/** A body has at least one frame. */
function bodyFrom(frames: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  return frames.length > at ? frames.slice(at) : NO_BODY;
}

function workerHead(dialect: Dialect, command: keyof WorkerCodes): Uint8Array[] {
  const code = Uint8Array.of(codesOf(dialect)[command]);
  if (dialect === 'mdp01') return [EMPTY, WORKER_01, code];
  return dialect === 'mdp02' ? [WORKER_02, code] : [EMPTY, WORKER_02, code];
}

function codesOf(dialect: Dialect): WorkerCodes {
  return dialect === 'mdp01' ? CODES_01 : CODES_02;
}

function commandOf(frame: Uint8Array | undefined): number {
  return frame?.length === 1 ? frame[0]! : 0;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

interface WorkerCodes {
  readonly ready: number;
  readonly request: number;
  /** -1: the version has none. */
  readonly partial: number;
  readonly final: number;
  readonly heartbeat: number;
  readonly disconnect: number;
}

const COMMANDS = ['ready', 'partial', 'final', 'heartbeat', 'disconnect'] as const;
/** RFC 7, section "MDP/Worker". */
const CODES_01: WorkerCodes = { ready: 1, request: 2, partial: -1, final: 3, heartbeat: 4, disconnect: 5 };
/** RFC 18, section "MDP/Worker". */
const CODES_02: WorkerCodes = { ready: 1, request: 2, partial: 3, final: 4, heartbeat: 5, disconnect: 6 };

const HEADER_BYTES = 6;
const PREFIX = ascii('MDP');
const CLIENT = 0x43;
const WORKER = 0x57;
const CLIENT_01 = ascii('MDPC01');
const CLIENT_02 = ascii('MDPC02');
const WORKER_01 = ascii('MDPW01');
const WORKER_02 = ascii('MDPW02');
const CLIENT_REQUEST_02 = 1;
const CLIENT_PARTIAL: Uint8Array = Uint8Array.of(2);
const CLIENT_FINAL: Uint8Array = Uint8Array.of(3);
const EMPTY: Uint8Array = new Uint8Array(0);
const NO_BODY: readonly Uint8Array[] = [EMPTY];
