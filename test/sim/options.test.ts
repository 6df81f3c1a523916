import { expect, test } from 'vitest';
import { readOptions, replayCommand } from './options.ts';

test('seeds, a replay, and planted bugs are told apart', () => {
  expect(readOptions(['--seeds', '3000', '--from', '7', '--brokers', '2', '--json'])).toMatchObject({
    ...{ kind: 'seeds', count: 3_000, from: 7, json: true },
    storm: { brokers: 2 },
  });
  expect(readOptions(['--seed', '12', '--faults', 'loss,partition'])).toMatchObject({
    ...{ kind: 'replay', seed: 12 },
    storm: { faults: ['loss', 'partition'] },
  });
  expect(readOptions(['--planted', '--patch', 'a.json'])).toEqual({ kind: 'planted', patch: 'a.json', json: false });
});

test.each([
  [['--seed', '1', '--seeds', '2'], '--seed does not go with --seeds'],
  [['--seed', '1', '--from', '2'], '--seed does not go with --from'],
  [['--planted', '--seed', '1'], '--planted does not go with --seed'],
  [['--patch', 'a.json'], '--patch goes with --planted'],
  [['--brokers', '4'], '--brokers takes a whole number from 1 to 3'],
  [['--seeds', 'many'], '--seeds takes a whole number from 1 to 1000000'],
  [['--faults', 'rain'], '--faults: none is named "rain"; there are: loss,'],
  [['--sees', '1'], "Unknown option '--sees'"],
  [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
  [['--seeds', '--json'], "Option '--seeds' argument is ambiguous"],
])('%j is refused in one line', (args, why) => {
  expect(readOptions(args)).toEqual(expect.stringContaining(why));
  expect(readOptions(args)).not.toEqual(expect.stringContaining('\n'));
});

test('the command that replays a seed narrows it as the run did', () => {
  expect(replayCommand(9, {})).toBe('corepack pnpm sim --seed 9');
  expect(replayCommand(9, { faults: ['loss', 'cut'], brokers: 1 })).toBe(
    'corepack pnpm sim --seed 9 --faults loss,cut --brokers 1',
  );
});
