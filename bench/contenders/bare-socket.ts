import { context } from 'zeromq';

/**
 * Options of every bare socket. The high-water mark is above the load's window, so that nothing is ever dropped or
 * held back; `linger: 0` lets processes end at once.
 */
export const BARE_SOCKET = { sendHighWaterMark: 10_000, receiveHighWaterMark: 10_000, linger: 0 };

/** libzmq allows 1,023 sockets in a process; the load opens a thousand connections. As many as Reeve allows itself. */
context.maxSockets = 8_192;
