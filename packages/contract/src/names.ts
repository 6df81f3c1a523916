/** Why a name cannot be that of a service; undefined if it can. */
export function serviceNameProblem(name: string): string | undefined {
  if (typeof name !== 'string' || !SERVICE_NAME.test(name)) {
    return 'must be words of letters and digits, joined by ".", "-" or "_", starting with a letter';
  }
  if (name.length > NAME_LENGTH_MAX) return `is longer than ${NAME_LENGTH_MAX} characters`;
  const [first = ''] = name.split('.');
  return RESERVED_SERVICES.has(first) ? `starts with "${first}.", which belongs to the broker` : undefined;
}

/** Why a name cannot be that of a method; undefined if it can. */
export function methodNameProblem(name: string): string | undefined {
  if (!METHOD_NAME.test(name)) return 'must be letters, digits and "_", starting with a letter';
  if (name.length > NAME_LENGTH_MAX) return `is longer than ${NAME_LENGTH_MAX} characters`;
  if (PROMISE_NAMES.has(name)) return `is reserved: an object with "${name}" is taken for a promise`;
  if (name in Object.prototype) return 'is reserved: every object has something of that name';
  return RESERVED_METHODS.has(name) ? 'is reserved: generated code uses it' : undefined;
}

/** Why a name cannot be that of a declared error; undefined if it can. */
export function errorNameProblem(name: string): string | undefined {
  if (!METHOD_NAME.test(name)) return 'must be letters, digits and "_", starting with a letter';
  if (name.length > NAME_LENGTH_MAX) return `is longer than ${NAME_LENGTH_MAX} characters`;
  return name in Object.prototype ? 'is reserved: every object has something of that name' : undefined;
}

const SERVICE_NAME = /^[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*$/;
const METHOD_NAME = /^[A-Za-z]\w*$/;

/** A field of the wire format; names are ASCII, so one character is one byte. */
const NAME_LENGTH_MAX = 255;

/** `mmi.*` is the broker's own directory in the Majordomo protocols. */
const RESERVED_SERVICES: ReadonlySet<string> = new Set(['mmi', 'reeve']);

const PROMISE_NAMES: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

/** `toJSON` would run whenever a client is logged; `safe` and `isError` are members of each client. */
const RESERVED_METHODS: ReadonlySet<string> = new Set(['toJSON', 'safe', 'isError', 'prototype', 'inspect']);
