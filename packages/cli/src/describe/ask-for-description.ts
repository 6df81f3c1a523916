import type { Caller } from '@reeve/client';
import type { ServiceDescription } from '@reeve/protocol';
import { ReeveError } from '@reeve/protocol';
import { CommandError } from '../failure.ts';
import { brokerService } from '../live-services.ts';
import { readDescription } from './read-description.ts';

/** Asks a broker what a service is like in one version. Throws an error of one line if nobody can say. */
export async function askForDescription(
  reeve: Caller,
  service: string,
  version: string,
  timeoutMs: number,
): Promise<ServiceDescription> {
  const ask = reeve.method(brokerService('describe'), 'describe');
  const answer = await ask({ service, version }, { timeoutMs }).catch((thrown: unknown) => {
    throw thrown instanceof ReeveError ? (notDescribed(thrown, service, version) ?? thrown) : thrown;
  });
  const description = readDescription(answer);
  if (description !== undefined) return description;
  const message = `${service} ${version}: what its worker says of it cannot be read`;
  const next = 'if the worker is newer than this reeve, use its version of reeve';
  throw new CommandError({ code: 'internal', reason: 'bad_description', message, next });
}

/** What a failure to describe a service means here, and what helps. */
function notDescribed({ code, reason, message }: ReeveError, service: string, version: string): Error | undefined {
  if (reason === 'unknown_method') {
    const next = 'update the broker; reeve services works with any';
    return new CommandError({
      code,
      reason,
      message: `[${code}] this broker cannot ask workers what they serve`,
      next,
    });
  }
  if (reason !== 'not_described') return undefined;
  const [words, next] = ADVICE.find(([known]) => message.includes(known)) ?? [];
  if (words !== undefined) return new CommandError({ code, reason, message, next });
  return new CommandError({
    code,
    reason,
    message: `[${code}] ${service} ${version}: none of its workers can describe it`,
    next: 'generate its stubs with this version of reeve (reeve gen) and start its workers again',
  });
}

/** What helps where a worker could say why it says nothing. */
const ADVICE: readonly (readonly [words: string, next: string])[] = [
  ['its description is larger', 'start the broker with a larger limits.bodyBytesMax, or split the service'],
  ['could not load the description', 'look at the log of the worker; its generated files belong together'],
];
