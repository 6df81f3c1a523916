import { portOf } from './port-of.ts';

/** The name of the queue. */
export const CALC = 'calc';

export function connection(endpoint: string | undefined): object {
  // What a worker needs: it waits for jobs as long as it takes.
  return { host: '127.0.0.1', port: portOf(endpoint), maxRetriesPerRequest: null };
}
