import type { Dialect } from './dialect.ts';
import type { Trial } from './trial.ts';

/** One thing that a broker must do, and how to see from outside whether it does. */
export interface Rule {
  /** Never given to another rule, so that reports of different versions can be compared. */
  readonly id: string;
  readonly text: string;
  readonly level: Level;
  /** The section it comes from. Of RFC 7 or RFC 18, whichever the dialect is from, unless `rfc` says otherwise. */
  readonly section: string;
  readonly rfc?: 8;
  /** Which dialects it is about. Default: all. */
  readonly isAbout?: (dialect: Dialect) => boolean;
  readonly check: (trial: Trial) => Promise<void>;
}

/**
 * `must` and `should` are the words of the RFC, and a broker that does otherwise fails. `beyond` is what peers in the
 * wild need or what makes a broker safer, but no RFC asks for: a broker that does otherwise has the rule skipped,
 * unless the run is strict.
 */
export type Level = 'must' | 'should' | 'beyond';

export interface Timings {
  /** How long to wait for what must come. */
  readonly timeoutMs: number;
  /** The interval of heartbeats that was agreed upon with the broker. */
  readonly heartbeatMs: number;
  /** How long nothing has to come before it counts as nothing. */
  readonly quietMs: number;
  /** How long the broker holds a request for a service that nobody offers, if the user said so. */
  readonly holdMs?: number;
}

/** The broker did otherwise. */
export class RuleFailure extends Error {
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected ${expected}; seen: ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** The rule cannot be tried without something that the user has to say. */
export class RuleSkipped extends Error {}

export function demand(holds: boolean, expected: string, seen: string): void {
  if (!holds) throw new RuleFailure(expected, seen);
}
