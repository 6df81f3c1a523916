import { describe, expect, test } from 'vitest';
import type { DnsName } from './broker-source.ts';
import type { HostAddress, ServiceRecord } from './resolver.ts';
import { dnsResolver, lookupTrouble } from './resolver.ts';

const HOST: DnsName = { kind: 'addresses', text: 'dns://b.example:5555', name: 'b.example', port: 5_555 };
const SERVICE: DnsName = { kind: 'services', text: 'dns+srv://_r._tcp.example', name: '_r._tcp.example', port: 0 };

function resolve(name: DnsName, found: { hosts?: HostAddress[]; services?: ServiceRecord[] }) {
  return dnsResolver({
    addresses: async (host) => (host === HOST.name ? (found.hosts ?? []) : []),
    services: async (service) => (service === SERVICE.name ? (found.services ?? []) : []),
  })(name);
}

describe('a host', () => {
  const v4 = (...addresses: string[]): HostAddress[] => addresses.map((address) => ({ address, family: 4 }));
  const v6 = (...addresses: string[]): HostAddress[] => addresses.map((address) => ({ address, family: 6 }));

  test('stands for a broker at each address, sorted as numbers, each once', async () => {
    const hosts = v4('10.0.0.10', '10.0.0.9', '9.255.0.1', '10.0.0.9');
    expect(await resolve(HOST, { hosts })).toEqual([
      'tcp://9.255.0.1:5555',
      'tcp://10.0.0.9:5555',
      'tcp://10.0.0.10:5555',
    ]);
  });

  test('with addresses of both kinds is no second broker; IPv6 alone stands in brackets', async () => {
    const six = v6('fd00::2', 'fd00::1');
    expect(await resolve(HOST, { hosts: [...six, ...v4('10.0.0.1')] })).toEqual(['tcp://10.0.0.1:5555']);
    expect(await resolve(HOST, { hosts: six })).toEqual(['tcp://[fd00::1]:5555', 'tcp://[fd00::2]:5555']);
  });

  test('without addresses leads nowhere', async () => {
    expect(await resolve(HOST, {})).toEqual([]);
  });
});

describe('SRV records', () => {
  const record = (name: string, priority: number, weight: number, port = 5_555): ServiceRecord => {
    return { name, port, priority, weight };
  };

  test('come by priority, then by weight, then by name', async () => {
    const services = [
      record('d.example', 20, 100),
      record('c.example', 10, 5),
      record('b.example', 10, 50, 7_000),
      record('a.example', 10, 5),
    ];
    expect(await resolve(SERVICE, { services })).toEqual([
      'tcp://b.example:7000',
      'tcp://a.example:5555',
      'tcp://c.example:5555',
      'tcp://d.example:5555',
    ]);
  });

  test('lose the dot at the end; a target that is the root means that there is none', async () => {
    expect(await resolve(SERVICE, { services: [record('a.example.', 1, 1)] })).toEqual(['tcp://a.example:5555']);
    expect(await resolve(SERVICE, { services: [record('.', 0, 0, 0), record('', 0, 0, 0)] })).toEqual([]);
  });
});

test('what went wrong is told in words', () => {
  const failed = (code: string): Error => Object.assign(new Error('x'), { code });
  expect(lookupTrouble(failed('ENOTFOUND'))).toBe('the name is not known');
  expect(lookupTrouble(failed('ENODATA'))).toBe('the name has no such records');
  expect(lookupTrouble(failed('EAI_AGAIN'))).toBe('no name server answers');
  expect(lookupTrouble(failed('EODD'))).toBe('the lookup failed: x');
  expect(lookupTrouble('odd')).toBe('the lookup failed: odd');
});
