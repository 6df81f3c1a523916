import type { Caller } from '@reeve/client';
import { ReeveError, VERDICTS } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { askForDescription } from './ask-for-description.ts';

const DESCRIPTION = { name: 's', version: '1.0.0', methods: {}, shapes: {} };

/** A client whose one call ends like this. */
function ending(how: () => Promise<unknown>): Caller {
  return { method: () => how } as unknown as Caller;
}

function failing(thrown: Error): Promise<unknown> {
  return askForDescription(
    ending(() => Promise.reject(thrown)),
    's',
    '1.0.0',
    500,
  );
}

test('what a worker says is read', async () => {
  const caller = ending(() => Promise.resolve({ ...DESCRIPTION, more: 5 }));
  expect(await askForDescription(caller, 's', '1.0.0', 500)).toEqual(DESCRIPTION);
});

test.each<[what: string, error: ReeveError, message: string, next: string]>([
  [
    'a broker of a former version',
    ReeveError.of(VERDICTS.unknownMethod),
    '[unimplemented] this broker cannot ask workers what they serve',
    'update the broker',
  ],
  [
    'workers of a former version',
    ReeveError.of(VERDICTS.notDescribed, 's 1.0.0: nobody who serves this version of the service can describe it'),
    '[unimplemented] s 1.0.0: none of its workers can describe it',
    'generate its stubs with this version of reeve',
  ],
  [
    'a description that is too large',
    ReeveError.of(VERDICTS.notDescribed, 's 1.0.0: its description is larger than this broker takes'),
    's 1.0.0: its description is larger than this broker takes',
    'start the broker with a larger limits.bodyBytesMax, or split the service',
  ],
  [
    'a description that cannot be loaded',
    ReeveError.of(VERDICTS.notDescribed, 's 1.0.0: its worker could not load the description'),
    's 1.0.0: its worker could not load the description',
    'look at the log of the worker',
  ],
])('%s: the reason and what helps', async (_, error, message, next) => {
  await expect(failing(error)).rejects.toMatchObject({
    failure: {
      code: 'unimplemented',
      message: expect.stringContaining(message) as unknown,
      next: expect.stringContaining(next) as unknown,
    },
  });
});

test('other failures are what they are', async () => {
  const lost = ReeveError.of(VERDICTS.noReply);
  await expect(failing(lost)).rejects.toBe(lost);
});

test('what cannot be read is said to be so', async () => {
  const asking = askForDescription(
    ending(() => Promise.resolve({ name: 5 })),
    's',
    '1.0.0',
    500,
  );
  await expect(asking).rejects.toMatchObject({ failure: { reason: 'bad_description' } });
});
