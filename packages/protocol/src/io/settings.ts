/** Where a broker listens, and clients and workers look for one, unless they are told otherwise: this machine only. */
export const DEFAULT_ENDPOINT = 'tcp://127.0.0.1:5555';

/**
 * The brokers to dial: those given, else those of the environment's REEVE_BROKERS, separated by commas, else the
 * default endpoint. Throws a `TypeError` with one clear line if there is none or one is named twice.
 */
export function brokerList(given: readonly string[] | undefined, environment: Environment): readonly string[] {
  const listed = given ?? environment['REEVE_BROKERS']?.split(',') ?? [DEFAULT_ENDPOINT];
  const brokers = listed.map((endpoint) => endpoint.trim()).filter((endpoint) => endpoint !== '');
  if (brokers.length === 0) throw new TypeError(`no broker is named: give one such as ${DEFAULT_ENDPOINT}`);
  const twice = brokers.find((endpoint, index) => brokers.indexOf(endpoint) !== index);
  if (twice !== undefined) throw new TypeError(`broker ${twice} is listed twice: name each broker once`);
  return brokers;
}

/** Checks an option that must be an integer within bounds. Throws a `TypeError` with one clear line. */
export function integerOption(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`${name} is ${String(value)}, but must be an integer from ${min} to ${max}`);
}

export type Environment = Readonly<Record<string, string | undefined>>;
