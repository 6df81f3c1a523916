import { LIMITS } from '../limits.ts';

/** What holds for a connection whoever makes it: libzmq or Node. */

/** A host that does not answer is given up and dialled again in the time in which a silent connection is. */
export const CONNECT_MS_MAX: number = LIMITS.transportTimeoutMs;
/** Less than `connectTimeoutMs`, so that a failed `connect()` can say that something which is no broker was there. */
export const HANDSHAKE_MS_MAX = 4_000;
/** Messages read in a turn. One of one record costs a broker about 15 µs with what it sends: two ms' worth. */
export const TURN_MESSAGES_MAX = 128;
/**
 * Messages that wait for a peer, after which a transport is full: 1,024, as many as a session's window holds if each
 * carries the smallest body that has one to itself.
 */
export const QUEUE_MESSAGES_MAX: number = LIMITS.windowBytes / LIMITS.largeBodyBytes;
