/** The port of an endpoint such as `tcp://127.0.0.1:4222`. */
export function portOf(endpoint: string | undefined): number {
  if (endpoint === undefined) throw new Error('an endpoint is missing');
  return Number(new URL(endpoint).port);
}

/** How long a call may take, in ms, for those that want to be told; far longer than any call here takes. */
export const CALL_MS = 30_000;
