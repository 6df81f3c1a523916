import type { BrokerLink } from './broker-link.ts';

/**
 * The ways to the brokers, in order of preference. The list may change while calls are under way.
 *
 * A broker that is no longer listed gets nothing new. The way to it is kept, behind those that are listed, until every
 * call that it has, or that its loss has left in doubt, is over. One that is listed again meanwhile goes on as if
 * nothing had been.
 */
export class Roster {
  /** The same array for good: those who choose and send look into it. */
  readonly links: BrokerLink[];
  readonly #makeLink: (endpoint: string) => BrokerLink;
  #hasUnlisted = false;

  constructor(endpoints: readonly string[], makeLink: (endpoint: string) => BrokerLink) {
    this.#makeLink = makeLink;
    this.links = endpoints.map(makeLink);
  }

  /** Takes a new list. Returns the links that are to be started. */
  relist(endpoints: readonly string[]): readonly BrokerLink[] {
    const former = new Map(this.links.map((link) => [link.uplink.endpoint, link]));
    const listed = endpoints.map((endpoint) => former.get(endpoint) ?? this.#makeLink(endpoint));
    const unlisted = this.links.filter((link) => !listed.includes(link));
    const added = listed.filter((link) => !this.links.includes(link));
    for (const link of listed) link.isListed = true;
    for (const link of unlisted) link.isListed = false;
    this.#hasUnlisted = unlisted.length > 0;
    this.links.splice(0, this.links.length, ...listed, ...unlisted);
    return added;
  }

  /** Takes out the links that are not listed and have nothing to wait for any more. */
  takeDone(): readonly BrokerLink[] {
    if (!this.#hasUnlisted) return NONE;
    const done = this.links.filter((link) => link.isDone);
    if (done.length === 0) return NONE;
    const rest = this.links.filter((link) => !link.isDone);
    this.links.splice(0, this.links.length, ...rest);
    this.#hasUnlisted = rest.some((link) => !link.isListed);
    return done;
  }
}

const NONE: readonly BrokerLink[] = [];
