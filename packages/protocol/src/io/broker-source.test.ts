import { describe, expect, test } from 'vitest';
import { brokerSources, listedEndpoints } from './broker-source.ts';
import { EndpointError } from './endpoint.ts';

describe('a list of brokers', () => {
  test('mixes endpoints and names, in order', () => {
    const list = ['tcp://a:1', 'dns://broker.example:5555', 'ipc:///x', 'dns+srv://_reeve._tcp.example'];
    const sources = brokerSources(list);
    expect(sources).toEqual([
      'tcp://a:1',
      { kind: 'addresses', text: list[1], name: 'broker.example', port: 5_555 },
      'ipc:///x',
      { kind: 'services', text: list[3], name: '_reeve._tcp.example', port: 0 },
    ]);
    expect(listedEndpoints(sources)).toEqual(['tcp://a:1', 'ipc:///x']);
  });

  test.each([
    ['dns://', 'it does not read as host:port; write dns://broker.example:5555'],
    ['dns://a b:1', 'it does not read as host:port; write dns://broker.example:5555'],
    ['dns://broker.example', 'the port is missing; write dns://broker.example:5555'],
    ['dns://broker.example:', 'the port is missing; write dns://broker.example:5555'],
    ['dns://_reeve._tcp.example', 'the port is missing; for SRV records write dns+srv://_reeve._tcp.example'],
    ['dns://broker.example:0', '"0" is not a port; ports are 1 to 65535'],
    ['dns://broker.example:*', '"*" is not a port; ports are 1 to 65535'],
    ['dns://10.0.0.1:5555', '10.0.0.1 is no name; write tcp://10.0.0.1:5555'],
    ['dns://[::1]:5555', '[::1] is no name; write tcp://[::1]:5555'],
    ['dns+srv://', 'it does not read as a name; write dns+srv://_reeve._tcp.example'],
    ['dns+srv://_reeve._tcp.example:5555', 'SRV records name the port; write dns+srv://_reeve._tcp.example'],
  ])('%s is refused with one line', (text, why) => {
    expect(() => brokerSources([text])).toThrow(EndpointError);
    expect(() => brokerSources([text])).toThrow(`cannot use the endpoint "${text}": ${why}`);
  });
});
