/** What a connection shows of its other end. */
export interface Hearing {
  /** Nothing has come for longer than the other end may be silent. */
  readonly isSilent: boolean;
  /** By which other connections may have named it as their lifeline. */
  readonly identity: string;
  /** The identity of the connection that answers for the other end while its loop is blocked, or empty. */
  readonly peerLifeline: string;
}

/**
 * Those of a listener's connections whose peer is to be given up. A peer that is silent is kept while its lifeline is
 * heard: its loop is blocked. A process that stands still is silent on both.
 */
export function givenUp<C extends Hearing>(connections: Iterable<C>): C[] {
  const silent: C[] = [];
  for (const connection of connections) if (connection.isSilent) silent.push(connection);
  if (silent.length === 0) return silent;
  const heard = new Set<string>();
  for (const { isSilent, identity } of connections) if (!isSilent && identity !== '') heard.add(identity);
  return silent.filter(({ peerLifeline }) => !heard.has(peerLifeline));
}
