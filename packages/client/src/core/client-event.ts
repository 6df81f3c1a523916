import type { PeerId } from '@reeve/protocol';
import type { Call } from './call.ts';
import type { CallRequest } from './ledger.ts';

/** What the driver or the application must know or do. */
export type ClientEvent =
  | { readonly kind: 'dial'; readonly peer: PeerId; readonly endpoint: string }
  /** Comes after everything that was to be sent to the peer. */
  | { readonly kind: 'hangUp'; readonly peer: PeerId }
  /** The call is over: its `outcome` is set. */
  | { readonly kind: 'settled'; readonly call: Call }
  /** Part of the reply has come, which is not over. */
  | { readonly kind: 'part'; readonly call: Call; readonly body: Uint8Array }
  /** No call is outstanding any more, after `drain`. */
  | { readonly kind: 'drained' }
  | { readonly kind: 'closed' }
  | ClientStatus;

/** News of a connection. */
export type ClientStatus =
  | { readonly kind: 'connecting'; readonly endpoint: string }
  | { readonly kind: 'connected'; readonly endpoint: string; readonly broker: string }
  /** The broker is shutting down. Calls go elsewhere; those that it has are still answered. */
  | { readonly kind: 'leaving'; readonly endpoint: string }
  | { readonly kind: 'disconnected'; readonly endpoint: string; readonly why: string }
  /** The broker is no longer listed, and what it had was answered: the client has left it. */
  | { readonly kind: 'removed'; readonly endpoint: string }
  /** A name in DNS leads to no broker, or cannot be looked up; what was known from it stands. Comes from the driver. */
  | { readonly kind: 'unresolved'; readonly endpoint: string; readonly why: string };

/** What the application wants. `call` and `cancel` are also methods of the core, which return at once. */
export type ClientCommand =
  | { readonly kind: 'start' }
  /** The brokers are these now, in order of preference. An endpoint stands in it once. */
  | { readonly kind: 'brokers'; readonly endpoints: readonly string[] }
  | { readonly kind: 'call'; readonly request: CallRequest }
  | { readonly kind: 'cancel'; readonly call: Call }
  | { readonly kind: 'drain' }
  | { readonly kind: 'close' };
