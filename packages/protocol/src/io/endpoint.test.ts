import { describe, expect, test } from 'vitest';
import { bindError } from './bind-error.ts';
import type { EndpointErrorCode } from './endpoint.ts';
import { EndpointError, parseDialEndpoint, parseEndpoint } from './endpoint.ts';
import { transportFor } from './transports.ts';

describe('an endpoint', () => {
  test.each([
    ['tcp://127.0.0.1:5555', { scheme: 'tcp', host: '127.0.0.1', port: 5_555 }],
    ['tcp://broker-1.internal:1', { scheme: 'tcp', host: 'broker-1.internal', port: 1 }],
    ['tcp://[::1]:65535', { scheme: 'tcp', host: '[::1]', port: 65_535 }],
    ['tcp://[fe80::1%eth0]:5555', { scheme: 'tcp', host: '[fe80::1%eth0]', port: 5_555 }],
    ['tcp://*:5555', { scheme: 'tcp', host: '*', port: 5_555 }],
    ['tcp://127.0.0.1:*', { scheme: 'tcp', host: '127.0.0.1', port: 0 }],
    ['tcp://127.0.0.1:0', { scheme: 'tcp', host: '127.0.0.1', port: 0 }],
    ['ipc:///run/reeve/broker.sock', { scheme: 'ipc', path: '/run/reeve/broker.sock' }],
    ['ipc://relative', { scheme: 'ipc', path: 'relative' }],
    ['memory://test', { scheme: 'memory', name: 'test' }],
  ])('%s is taken apart', (text, parts) => {
    expect(parseEndpoint(text)).toEqual({ text, ...parts });
  });

  test.each([
    ['127.0.0.1:5555', 'it has no scheme; write tcp://host:port, ipc://path or memory://name'],
    ['', 'it has no scheme; write tcp://host:port, ipc://path or memory://name'],
    ['http://x:1', 'unknown scheme "http"; write tcp://host:port, ipc://path or memory://name'],
    ['tcp://127.0.0.1', 'the port is missing; write tcp://127.0.0.1:5555'],
    ['tcp://127.0.0.1:', 'the port is missing; write tcp://127.0.0.1:5555'],
    ['tcp://127.0.0.1:http', '"http" is not a port; ports are 1 to 65535, or * to let the system choose'],
    ['tcp://127.0.0.1:65536', '"65536" is not a port; ports are 1 to 65535, or * to let the system choose'],
    ['tcp://127.0.0.1:-1', '"-1" is not a port; ports are 1 to 65535, or * to let the system choose'],
    ['tcp://::1:5555', 'it does not read as host:port; an IPv6 address stands in brackets, tcp://[::1]:5555'],
    ['tcp://:5555', 'it does not read as host:port; an IPv6 address stands in brackets, tcp://[::1]:5555'],
    ['tcp://a b:5555', 'it does not read as host:port; an IPv6 address stands in brackets, tcp://[::1]:5555'],
    ['ipc://', 'the path is missing; write ipc:///run/reeve/broker.sock'],
    ['ipc://*', 'the path is missing; write ipc:///run/reeve/broker.sock'],
    [`ipc:///${'ü'.repeat(60)}`, 'the path is 121 bytes long and 107 is the most; choose a shorter one'],
    ['ipc://@abstract', 'a name in the abstract namespace will not do; write a path'],
    ['memory://', 'the name is missing; write memory://name'],
  ])('%s is refused', (text, why) => {
    expect(() => parseEndpoint(text)).toThrow(
      new EndpointError('bad_endpoint', text, `cannot use the endpoint "${text}": ${why}`),
    );
  });

  test.each([
    ['tcp://*:5555', 'to connect it takes a host; * is for listening'],
    ['tcp://127.0.0.1:*', 'to connect it takes a port between 1 and 65535'],
  ])('%s is for listening only', (text, why) => {
    expect(() => parseDialEndpoint(text)).toThrow(why);
    expect(parseEndpoint(text).text).toBe(text);
  });

  test('names its transport', () => {
    expect(transportFor('tcp://127.0.0.1:5555')).toBe(transportFor('ipc:///run/reeve.sock'));
    expect(transportFor('memory://test')).not.toBe(transportFor('tcp://127.0.0.1:5555'));
    expect(() => transportFor('carrier-pigeon://coop')).toThrow('unknown scheme "carrier-pigeon"');
  });
});

describe('what the system says about listening', () => {
  test.each<[endpoint: string, errno: string, code: EndpointErrorCode, advice: string]>([
    ['tcp://*:80', 'EACCES', 'permission', 'not permitted; choose a port above 1023, or give the process the right'],
    ['tcp://*:80', 'EADDRINUSE', 'taken', 'the port is taken; stop the process that has it, or choose another'],
    ['tcp://10.9.8.7:80', 'EADDRNOTAVAIL', 'no_such_address', 'no network interface of this machine has that address'],
    ['tcp://nohost:80', 'ENOTFOUND', 'no_such_address', 'no network interface of this machine has that address'],
    ['ipc:///run/x', 'EACCES', 'permission', 'not permitted to write in /run; choose a directory of your own'],
    ['ipc:///no/x', 'ENOENT', 'no_such_directory', 'there is no directory /no; create it, or choose another path'],
    ['ipc:///run/x', 'EADDRINUSE', 'taken', 'the path is taken; stop the process that has it, or choose another'],
    ['tcp://*:80', 'EMFILE', 'failed', 'too many open files; raise the limit (ulimit -n)'],
    ['tcp://*:80', 'EOTHER', 'failed', 'in its own words'],
  ])('%s %s becomes %s', (text, errno, code, advice) => {
    const cause = Object.assign(new Error('in its own words'), { code: errno });
    const error = bindError(parseEndpoint(text), cause);
    expect(error).toMatchObject({ code, endpoint: text, cause });
    expect(error.message).toContain(`cannot listen on ${text}: ${advice}`);
    expect(error.message).not.toContain('\n');
  });
});
