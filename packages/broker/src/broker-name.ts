import { hostname } from 'node:os';

/**
 * The name of a broker that was given none: where it is reached, as far as it can tell.
 *
 * Keys are shared out by name, so two brokers had better not have the same one. Where it listens at every address of
 * its machine the endpoint says nothing of the machine: there the host's name stands for it.
 */
export function defaultName(endpoint: string, host: string = hostname()): string {
  return endpoint.replace(/^tcp:\/\/(\*|0\.0\.0\.0|\[::\]):/, `tcp://${host}:`);
}
