import type { ServiceStatus } from '@reeve/broker';
import { expect, test } from 'vitest';
import { compareVersions, versionsOf } from './versions.ts';

test('versions are ordered by their numbers, what is final after what is not', () => {
  const ordered = ['0.9.0', '1.2.0-rc.1', '1.2.0-rc.10', '1.2.0', '1.9.0', '1.10.0', 'MDP/0.2'];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
});

test('the newest comes first, with the number of its workers', () => {
  const worker = (version: string) => ({ version }) as ServiceStatus['workers'][number];
  const status = { versions: ['1.10.0', '1.9.0'], workers: ['1.9.0', '1.10.0', '1.9.0'].map(worker) };
  expect(versionsOf(status as unknown as ServiceStatus)).toEqual([
    { version: '1.10.0', workers: 1 },
    { version: '1.9.0', workers: 2 },
  ]);
});
