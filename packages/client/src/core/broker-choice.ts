import type { Instant } from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';
import type { Call } from './call.ts';

/** How a client spreads its calls over its brokers. */
export type Policy = 'failover' | 'round-robin';

/**
 * Picks the broker for a call.
 *
 * Brokers that are leaving get nothing. Brokers that have fallen silent are used only if there are no others. A call
 * with a key goes where rendezvous hashing over the connected brokers' names says, whatever the policy: all callers
 * of a key then meet at one broker, and a broker that leaves moves only the keys that were its own.
 */
export class BrokerChoice {
  readonly #links: readonly BrokerLink[];
  readonly #policy: Policy;
  /** Where calls go as long as it is there. It may have left the list. */
  #current: BrokerLink | undefined = undefined;
  #next = 0;

  constructor(links: readonly BrokerLink[], policy: Policy) {
    this.#links = links;
    this.#policy = policy;
  }

  /** Returns a broker, which may have no room at the moment, or `undefined` if none is connected. */
  choose(now: Instant, call: Call): BrokerLink | undefined {
    if (call.keyBytes > 0) return this.#rendezvous(call);
    const chosen = this.#policy === 'failover' ? this.#failover(now) : this.#roundRobin();
    return chosen !== undefined && chosen === call.avoid ? (this.#otherThan(chosen) ?? chosen) : chosen;
  }

  /** Whether the call waits for its own broker, though another one may have room. */
  isBound(call: Call): boolean {
    return call.keyBytes > 0 || call.avoid !== undefined;
  }

  #failover(now: Instant): BrokerLink | undefined {
    const current = this.#current;
    if (current?.isHealthy !== true) {
      const first = this.#firstHealthy();
      if (first === undefined) return current?.isUsable === true ? current : this.#links.find((link) => link.isUsable);
      this.#current = first;
    } else if (current !== this.#links[0]) {
      this.#failBack(now, current);
    }
    return this.#current;
  }

  /** Goes back to an earlier broker that has been up for long enough. */
  #failBack(now: Instant, current: BrokerLink): void {
    for (const link of this.#links) {
      if (link === current) return;
      if (link.isHealthy && now >= link.session!.failbackAt) {
        this.#current = link;
        return;
      }
    }
  }

  #firstHealthy(): BrokerLink | undefined {
    return this.#links.find((link) => link.isHealthy);
  }

  #roundRobin(): BrokerLink | undefined {
    let fallback: BrokerLink | undefined;
    const count = this.#links.length;
    for (let step = 0; step < count; step++) {
      const index = (this.#next + step) % count;
      const link = this.#links[index]!;
      if (link.isHealthy && link.session!.hasRoom) {
        this.#next = (index + 1) % count;
        return link;
      }
      if (link.isHealthy) fallback ??= link;
    }
    return fallback ?? this.#links.find((link) => link.isUsable);
  }

  #otherThan(avoid: BrokerLink): BrokerLink | undefined {
    return this.#links.find((link) => link !== avoid && link.isHealthy && link.session!.hasRoom);
  }

  #rendezvous(call: Call): BrokerLink | undefined {
    const isHealthyOnly = this.#firstHealthy() !== undefined;
    let best: BrokerLink | undefined;
    let bestScore = -1;
    for (const link of this.#links) {
      if (isHealthyOnly ? !link.isHealthy : !link.isUsable) continue;
      const score = rendezvousScore(call.payload, call.keyBytes, link.session!.broker);
      if (score < bestScore || (score === bestScore && !this.#isBefore(link, best!, call))) continue;
      [best, bestScore] = [link, score];
    }
    return best;
  }

  /** Between brokers of one name the endpoint decides: lists of the same brokers may be in any order. */
  #isBefore({ uplink: one }: BrokerLink, { uplink: other }: BrokerLink, { payload, keyBytes }: Call): boolean {
    const difference =
      rendezvousScore(payload, keyBytes, one.endpoint) - rendezvousScore(payload, keyBytes, other.endpoint);
    return difference > 0 || (difference === 0 && one.endpoint < other.endpoint);
  }
}

/** FNV-1a over the key and the broker's name, mixed once more: FNV alone is weak in its last bytes. */
export function rendezvousScore(bytes: Uint8Array, keyBytes: number, broker: string): number {
  let hash = FNV_BASIS;
  for (let i = 0; i < keyBytes; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  for (let i = 0; i < broker.length; i++) hash = Math.imul(hash ^ broker.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), MIX_1);
  hash = Math.imul(hash ^ (hash >>> 13), MIX_2);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
/** The finalizer of MurmurHash3. */
const MIX_1 = 0x85ebca6b | 0;
const MIX_2 = 0xc2b2ae35 | 0;
