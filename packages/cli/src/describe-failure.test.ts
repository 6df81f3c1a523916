import { ReeveError, VERDICTS } from '@reeve/protocol';
import { EndpointError } from '@reeve/protocol/io';
import { expect, test } from 'vitest';
import { describeFailure } from './describe-failure.ts';

test.each(Object.values(VERDICTS))('every way to fail has a next step: $reason', (verdict) => {
  const { failure, exitCode } = describeFailure(ReeveError.of(verdict), '/app');
  expect(failure).toMatchObject({ code: verdict.code, reason: verdict.reason, executed: verdict.executed });
  expect(failure.message).toBe(`[${verdict.code}] ${verdict.when}`);
  expect(failure.next).toMatch(/^[a-z]/);
  expect(exitCode).toBe(1);
});

test('a declared error shows its data', () => {
  const error = ReeveError.of(VERDICTS.declared, 'OUT', { declared: 'OUT', data: { at: new Date(0) } });
  expect(describeFailure(error, '/app').failure).toMatchObject({
    declared: 'OUT',
    data: { at: '1970-01-01T00:00:00.000Z' },
    next: 'the contract declares this failure; its data: {"at":"1970-01-01T00:00:00.000Z"}',
  });
});

test.each([
  ['taken', 'tcp://[::1]:5555', 1, 'already_exists', 'reeve broker --listen tcp://[::1]:5556'],
  ['permission', 'tcp://127.0.0.1:80', 1, 'permission_denied', 'reeve broker --help shows what can be listened on'],
  [
    'bad_endpoint',
    'dns://x',
    2,
    'invalid_argument',
    'write it like dns://broker.example:5555 or dns+srv://_reeve._tcp.example',
  ],
  ['bad_endpoint', 'tcp', 2, 'invalid_argument', 'write it like tcp://127.0.0.1:5555 or ipc:///run/reeve/broker.sock'],
] as const)('an endpoint that is %s', (kind, endpoint, exit, code, next) => {
  const { failure, exitCode } = describeFailure(new EndpointError(kind, endpoint, 'cannot listen'), '/app');
  expect(exitCode).toBe(exit);
  expect(failure).toEqual({ code, reason: `endpoint_${kind}`, message: 'cannot listen', next });
});

test('a name in DNS that leads nowhere has a next step of its own', () => {
  const text = 'no broker answered within 5 ms (dns://x:1: the name is not known). Put the name or its records right';
  expect(describeFailure(ReeveError.of(VERDICTS.noBroker, text), '/app').failure).toMatchObject({
    message: '[unavailable] no broker answered within 5 ms (dns://x:1: the name is not known)',
    next: 'put the name or its records right',
  });
});

test('anything can be thrown', () => {
  expect(describeFailure('boom', '/app').failure).toMatchObject({
    code: 'internal',
    reason: 'unexpected',
    message: 'boom',
  });
  expect(describeFailure(new Error('boom'), '/app').failure.message).toBe('boom');
});
