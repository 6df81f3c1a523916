import type { EnvelopeReader, Transmit } from '@reeve/protocol';
import { CallView, REQUEST } from '@reeve/protocol';

/** Reads a message of our own that the transport gave back: its session, and the calls in it. */
export function requestNumbers(reader: EnvelopeReader, transmit: Transmit): { token: number; numbers: number[] } {
  const numbers: number[] = [];
  if (reader.reset(transmit.frames) !== undefined) return { token: 0, numbers };
  const view = new CallView();
  while (reader.next()) {
    if (reader.type === REQUEST.type && view.readRequest(reader)) numbers.push(view.call);
  }
  return { token: reader.session, numbers };
}
