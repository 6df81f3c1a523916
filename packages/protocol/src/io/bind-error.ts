import { dirname } from 'node:path';
import type { Endpoint, EndpointErrorCode } from './endpoint.ts';
import { EndpointError } from './endpoint.ts';

/** Says why an endpoint could not be listened on, and what to do, from what the system threw. */
export function bindError(endpoint: Endpoint, thrown: unknown): EndpointError {
  const { code, message } = thrown as { code?: string; message?: string };
  const [kind, advice] = diagnose(endpoint, code, message ?? String(thrown));
  return new EndpointError(kind, endpoint.text, `cannot listen on ${endpoint.text}: ${advice}`, thrown);
}

function diagnose(endpoint: Endpoint, code: string | undefined, message: string): [EndpointErrorCode, string] {
  const isTcp = endpoint.scheme === 'tcp';
  switch (code) {
    case 'EADDRINUSE':
      return ['taken', `the ${isTcp ? 'port' : 'path'} is taken; stop the process that has it, or choose another`];
    case 'EACCES':
    case 'EPERM':
      return [
        'permission',
        isTcp ? PORT_ADVICE : `not permitted to write in ${folder(endpoint)}; choose a directory of your own`,
      ];
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'no_such_address',
        'no network interface of this machine has that address; name one that does, or * for all',
      ];
    case 'ENOENT':
    case 'ENOTDIR':
      return ['no_such_directory', `there is no directory ${folder(endpoint)}; create it, or choose another path`];
    case 'EMFILE':
    case 'ENFILE':
      return ['failed', 'too many open files; raise the limit (ulimit -n)'];
    default:
      return ['failed', message];
  }
}

function folder(endpoint: Endpoint): string {
  return endpoint.scheme === 'ipc' ? dirname(endpoint.path) : endpoint.text;
}

const PORT_ADVICE = 'not permitted; choose a port above 1023, or give the process the right to use lower ones';
