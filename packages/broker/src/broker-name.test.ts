import { expect, test } from 'vitest';
import { startBroker } from './broker.ts';
import { defaultName } from './broker-name.ts';

test.each([
  ['tcp://*:5555', 'tcp://here:5555'],
  ['tcp://0.0.0.0:5555', 'tcp://here:5555'],
  ['tcp://[::]:5555', 'tcp://here:5555'],
  ['tcp://10.0.0.1:5555', 'tcp://10.0.0.1:5555'],
  ['ipc:///run/reeve.sock', 'ipc:///run/reeve.sock'],
])('a broker at %s is called %s', (endpoint, name) => {
  expect(defaultName(endpoint, 'here')).toBe(name);
});

test('a broker has the name that it was given, or that of the port that it got', async () => {
  const brokers = [
    await startBroker({ listen: 'tcp://127.0.0.1:0' }),
    await startBroker({ name: 'first', listen: 'memory://named' }),
  ];
  try {
    expect(brokers.map(({ name }) => name)).toEqual([brokers[0]!.endpoints[0], 'first']);
  } finally {
    for (const broker of brokers) await broker.close();
  }
});
