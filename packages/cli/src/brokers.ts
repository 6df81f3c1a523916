import { LIMITS } from '@reeve/protocol';
import { DEFAULT_ENDPOINT } from '@reeve/protocol/io';
import type { Reeve } from '@reeve/client';
import { connect } from '@reeve/client';
import type { Context, OptionSpec } from './command.ts';
import { usageError } from './failure.ts';

/** The option that names the brokers to connect to. */
export const BROKERS: OptionSpec & { readonly kind: 'text' } = {
  kind: 'text',
  value: 'LIST',
  what: `Where brokers listen (also dns://…), separated by commas. Default: REEVE_BROKERS, else ${DEFAULT_ENDPOINT}`,
};

/** The option for how long a command may take. */
export const TIMEOUT_MS: OptionSpec & { readonly kind: 'integer' } = {
  kind: 'integer',
  value: 'MS',
  min: 1,
  max: LIMITS.callTimeoutMaxMs,
  what: `How long to wait for the answer, in ms. Default: ${LIMITS.callTimeoutMs}`,
};

/** The endpoints of the option; `undefined` leaves it to the environment and the default. */
export function brokerList(option: string | undefined): string[] | undefined {
  return option?.split(',');
}

/** Connects, gives the client to `use`, and closes it, whatever happens. */
export async function withClient<T>(
  option: string | undefined,
  timeoutMs: number,
  { output }: Context,
  use: (reeve: Reeve) => Promise<T>,
): Promise<T> {
  const connectTimeoutMs = Math.min(timeoutMs, LIMITS.connectTimeoutMs);
  const connecting = badOptionsAreUsage(() => connect({ brokers: brokerList(option), connectTimeoutMs }));
  const reeve = await output.whileWaiting('connecting to a broker…', connecting);
  try {
    return await use(reeve);
  } finally {
    await reeve.close();
  }
}

/** What the options of the command line make wrong is the fault of who typed them. */
export async function badOptionsAreUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw usageError(thrown.message, 'look at --brokers and REEVE_BROKERS', thrown);
  }
}
