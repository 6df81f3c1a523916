/** Where to listen or to dial, taken apart. */
export type Endpoint = TcpEndpoint | IpcEndpoint | MemoryEndpoint;

export interface TcpEndpoint {
  readonly scheme: 'tcp';
  /** As it was written. */
  readonly text: string;
  /** A name, an IPv4 address, an IPv6 address in brackets, or `*`. */
  readonly host: string;
  /** 0 if the system is to choose. */
  readonly port: number;
}

export interface IpcEndpoint {
  readonly scheme: 'ipc';
  readonly text: string;
  /** Path of the socket. */
  readonly path: string;
}

export interface MemoryEndpoint {
  readonly scheme: 'memory';
  readonly text: string;
  readonly name: string;
}

/** Takes an endpoint apart. Throws an `EndpointError` that says what is wrong with it. */
export function parseEndpoint(text: string): Endpoint {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) throw bad(text, `it has no scheme; write ${FORMS}`);
  switch (scheme) {
    case 'tcp':
      return parseTcp(text, rest);
    case 'ipc':
      return parseIpc(text, rest);
    case 'memory':
      if (rest === '') throw bad(text, 'the name is missing; write memory://name');
      return { scheme, text, name: rest };
    default:
      throw bad(text, `unknown scheme "${scheme}"; write ${FORMS}`);
  }
}

/** Like `parseEndpoint` for an endpoint to dial: it must name one place. */
export function parseDialEndpoint(text: string): Endpoint {
  const endpoint = parseEndpoint(text);
  if (endpoint.scheme !== 'tcp') return endpoint;
  if (endpoint.host === '*') throw bad(text, 'to connect it takes a host; * is for listening');
  if (endpoint.port === 0) throw bad(text, 'to connect it takes a port between 1 and 65535');
  return endpoint;
}

/** An endpoint that cannot be used. The message is one line with a next step, for the person who wrote the endpoint. */
export class EndpointError extends Error {
  override readonly name: string = 'EndpointError';
  readonly code: EndpointErrorCode;
  readonly endpoint: string;

  constructor(code: EndpointErrorCode, endpoint: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.endpoint = endpoint;
  }
}

export type EndpointErrorCode =
  /** It does not read as an endpoint, or names what cannot be listened on. */
  | 'bad_endpoint'
  /** Somebody else listens there. */
  | 'taken'
  /** The system does not allow it to this process. */
  | 'permission'
  /** No network interface has the address. */
  | 'no_such_address'
  /** The directory of the path is not there. */
  | 'no_such_directory'
  /** This build of ZeroMQ lacks what Reeve needs. */
  | 'unsupported'
  | 'failed';

function parseTcp(text: string, rest: string): TcpEndpoint {
  const [, host, portText] = /^(\[[0-9a-fA-F:.%\w]+\]|[^\s:;/[\]]+)(?::([^:]*))?$/.exec(rest) ?? [];
  if (host === undefined)
    throw bad(text, 'it does not read as host:port; an IPv6 address stands in brackets, tcp://[::1]:5555');
  if (portText === undefined || portText === '') throw bad(text, `the port is missing; write tcp://${host}:5555`);
  const port = portText === '*' ? 0 : /^\d{1,5}$/.test(portText) ? Number(portText) : NaN;
  if (!(port <= 65_535))
    throw bad(text, `"${portText}" is not a port; ports are 1 to 65535, or * to let the system choose`);
  return { scheme: 'tcp', text, host, port };
}

function parseIpc(text: string, path: string): IpcEndpoint {
  if (path === '' || path === '*') throw bad(text, 'the path is missing; write ipc:///run/reeve/broker.sock');
  // Node 20 and libzmq do not mean the same by such a name, and would not find each other.
  if (path.startsWith('@')) throw bad(text, 'a name in the abstract namespace will not do; write a path');
  const pathBytes = new TextEncoder().encode(path).length;
  if (pathBytes > IPC_PATH_BYTES_MAX) {
    throw bad(text, `the path is ${pathBytes} bytes long and ${IPC_PATH_BYTES_MAX} is the most; choose a shorter one`);
  }
  return { scheme: 'ipc', text, path };
}

function bad(endpoint: string, what: string): EndpointError {
  return new EndpointError('bad_endpoint', endpoint, `cannot use the endpoint "${endpoint}": ${what}`);
}

const FORMS = 'tcp://host:port, ipc://path or memory://name';
/** What the operating system's address of a local socket holds. */
const IPC_PATH_BYTES_MAX = 107;
