import { decodeValue } from '@reeve/protocol';
import { expect, test } from 'vitest';
import type { ScriptedClient } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';
import { BROKER_SERVICE } from './introspection.ts';

function ask(rig: BrokerRig, client: ScriptedClient, method: string): unknown {
  const call = client.request({ service: BROKER_SERVICE, method, fingerprint: '', idempotent: true });
  rig.run();
  const decoded = decodeValue(client.answer(call).body);
  return decoded.ok ? decoded.value : decoded.why;
}

test('a client can ask which services there are', () => {
  const rig = new BrokerRig();
  const client = rig.client();
  rig.worker(1, [TWICE, ONCE], 'first', [{ service: 's', summary: 'What s is.' }]);
  rig.worker(0, [offered('once', { fingerprint: 'g', version: '1.1.0', key: ['id'] })], 'second');
  rig.cut(rig.worker(0, [offered('x', { service: 'a' })]));
  client.request(twice);
  client.request(twice);
  rig.run();
  expect(ask(rig, client, 'services')).toEqual([
    { name: 'a', versions: [], workers: [], queued: 0, methods: [] },
    {
      name: 's',
      summary: 'What s is.',
      versions: ['1.0.0', '1.1.0'],
      workers: [
        { label: 'first', version: '1.0.0', load: 1, completed: 0, isSuspect: false, isHeldBack: false },
        { label: 'second', version: '1.1.0', load: 0, completed: 0, isSuspect: false, isHeldBack: false },
      ],
      queued: 1,
      methods: [
        { name: 'once', fingerprints: ['f', 'g'], idempotent: false, key: [] },
        { name: 'twice', fingerprints: ['f'], idempotent: true, key: [] },
      ],
    },
  ]);
  expect(ask(rig, client, 'services')).toEqual(rig.core.services());
});

test('a client can ask what the broker has counted', () => {
  const rig = new BrokerRig();
  const client = rig.client();
  client.request(once);
  rig.run();
  expect(ask(rig, client, 'stats')).toMatchObject({ calls: 1, failures: 1, refusals: { unknown_service: 1 } });
});

test('the summary of a service is that of the newest worker that has one', () => {
  const rig = new BrokerRig();
  const client = rig.client();
  const summary = (): unknown => (ask(rig, client, 'services') as { summary?: string }[])[0]!.summary;
  rig.worker(1, [ONCE]);
  expect(summary()).toBeUndefined();
  rig.worker(1, [ONCE], 'a', [{ service: 's', summary: 'Old.' }]);
  const newer = rig.worker(1, [ONCE], 'b', [{ service: 's', summary: 'New.' }]);
  rig.worker(1, [ONCE], 'c', [{ service: 's' }]);
  expect(summary()).toBe('New.');
  rig.cut(newer);
  expect(summary()).toBe('Old.');
});

test('what the broker does not know about itself it says at once, cold or warm', () => {
  const rig = new BrokerRig({ warmUpMs: 5_000 });
  const client = rig.client();
  const method = { ...once, method: 'nonsense' };
  const [a, b] = [
    client.request({ ...method, service: BROKER_SERVICE }),
    client.request({ ...method, service: 'reeve.x' }),
  ];
  rig.run();
  expect(client.verdict(a)).toBe('unimplemented unknown_method no');
  expect(client.verdict(b)).toBe('unimplemented unknown_service no');
});

test('questions are answered while the broker drains, but not to one who does not read', () => {
  const rig = new BrokerRig({ windowBytes: 20_000, peerBacklogBytesMax: 100_000 });
  const client = rig.client();
  const methods = Array.from({ length: 100 }, (_, i) => offered(`method-${i}`));
  rig.worker(1, methods);
  client.request({ ...once, method: 'method-1' });
  rig.run();
  rig.command('drain');
  expect(ask(rig, client, 'services')).toHaveLength(1);
  client.isDeaf = true;
  const calls = Array.from({ length: 50 }, () =>
    client.request({ service: BROKER_SERVICE, method: 'services', fingerprint: '', idempotent: true }),
  );
  rig.run();
  client.catchUp(rig.now);
  rig.run();
  const verdicts = calls.map((call) => client.verdict(call));
  expect(new Set(verdicts)).toEqual(new Set(['reply', 'resource_exhausted queue_full no']));
  expect(verdicts.filter((verdict) => verdict === 'reply').length).toBeLessThan(10);
});
