import { ReeveError, VERDICTS } from '@reeve/protocol';
import type { LinkNotice } from '@reeve/protocol/io';

/** What is known of one endpoint, or of one name that was to lead to some. */
export interface Sighting {
  readonly endpoint: string;
  /** It is such a name. */
  readonly isName?: boolean;
  /** What the transport saw last. */
  readonly notice: LinkNotice | undefined;
  /** What is wrong with what answers there. */
  readonly trouble: string | undefined;
}

/** The error of a `connect()` that found no broker: names every endpoint, what was seen there, and what to do. */
export function connectError(sightings: readonly Sighting[], afterMs: number): ReeveError {
  const seen = sightings.map((sighting) => `${sighting.endpoint}: ${sightingText(sighting)}`).join('; ');
  const place = sightings.find(({ isName }) => isName !== true);
  const step =
    place === undefined
      ? 'Put the name or its records right, or name a broker by its address, such as tcp://10.0.0.1:5555'
      : `Start one with: reeve broker --listen ${place.endpoint}`;
  return ReeveError.of(VERDICTS.noBroker, `no broker answered within ${afterMs} ms (${seen}). ${step}`);
}

/** What was seen at an endpoint, in words. */
export function sightingText({ notice, trouble }: Sighting): string {
  // What answered says more than that something is there.
  if (trouble !== undefined && notice !== 'refused' && notice !== 'unresolved') return trouble;
  return notice === undefined ? 'nothing was heard from there' : NOTICES[notice];
}

const NOTICES: Readonly<Record<LinkNotice, string>> = {
  refused: 'connection refused, nothing listens there',
  connected: 'connected, but silent: what listens there does not answer as a Reeve broker',
  'handshake-failed': 'what listens there does not speak ZeroMQ',
  unresolved: 'the host is not known',
};
