import type { SendResult } from './transport.ts';

/** What became of a message, where that is known at once: a promise per message would be made for nothing. */
export const SETTLED: { readonly [K in SendResult]: Promise<K> } = {
  sent: Promise.resolve('sent'),
  full: Promise.resolve('full'),
  gone: Promise.resolve('gone'),
};
