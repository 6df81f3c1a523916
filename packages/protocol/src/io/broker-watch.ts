import { LIMITS } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { Random } from '../random.ts';
import type { Instant } from '../session.ts';
import type { BrokerSource, DnsName } from './broker-source.ts';
import { listedEndpoints } from './broker-source.ts';
import type { Clock, TimerHandle } from './clock.ts';
import { EndpointError, parseDialEndpoint } from './endpoint.ts';
import type { Resolver } from './resolver.ts';
import { lookupTrouble } from './resolver.ts';

export interface BrokerWatchOptions {
  readonly sources: readonly BrokerSource[];
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How long a broker stays in the list that its name no longer leads to. Default: not at all. */
  readonly keepMs?: number;
  /** Takes the whole list in order of preference, each time that it has changed. */
  readonly onList: (endpoints: readonly string[]) => void;
  /** Takes what is wrong with a name, once for as long as it is. */
  readonly onTrouble: (trouble: NameTrouble) => void;
}

/** A name that leads to no broker at the moment, or could not be looked up again. */
export interface NameTrouble {
  /** The name as it was written. */
  readonly endpoint: string;
  readonly trouble: string;
}

/**
 * Keeps the list of brokers of a client or worker up to date with the names in it.
 *
 * Theory of operation. All names are looked up at the start, then once a period; once a second while no session is
 * live, for then the list may be what is wrong. Each answer is taken when it comes, and no name is asked for again
 * before it has answered. Whatever goes wrong with a name, its last answer stands: brokers that work are not to be left
 * because a name server does not. Without names there is nothing to do, and no timer is set.
 */
export class BrokerWatch {
  readonly #options: BrokerWatchOptions;
  readonly #names: readonly WatchedName[];
  #list: readonly string[];
  #timer: TimerHandle | undefined;
  #askedAt: Instant = 0;
  #isLive = false;
  #isClosed = false;

  constructor(options: BrokerWatchOptions) {
    this.#options = options;
    this.#names = options.sources.filter((source) => typeof source !== 'string').map((name) => new WatchedName(name));
    this.#list = listedEndpoints(options.sources);
  }

  /** What is wrong with the names, now. */
  get troubles(): readonly NameTrouble[] {
    return this.#names.flatMap(({ name, endpoints, trouble }) => {
      if (trouble === undefined && endpoints.length > 0) return [];
      return [{ endpoint: name.text, trouble: trouble ?? 'the name server has not answered yet' }];
    });
  }

  start(): void {
    if (this.#names.length > 0) this.#askAll();
  }

  /** Says whether a session is live with any broker. */
  setLive(isLive: boolean): void {
    if (this.#isLive === isLive || this.#names.length === 0) return;
    this.#isLive = isLive;
    this.#arm();
  }

  close(): void {
    this.#isClosed = true;
    this.#disarm();
  }

  #askAll(): void {
    this.#askedAt = this.#options.clock.now();
    for (const watched of this.#names) if (!watched.isAsked) void this.#ask(watched);
    this.#arm();
  }

  async #ask(watched: WatchedName): Promise<void> {
    watched.isAsked = true;
    const { endpoints, trouble } = await this.#lookUp(watched.name);
    watched.isAsked = false;
    if (this.#isClosed) return;
    if (endpoints.length > 0) this.#take(watched, endpoints);
    this.#tell(watched, trouble);
  }

  async #lookUp(name: DnsName): Promise<Answer> {
    try {
      return usable(await this.#options.resolver(name));
    } catch (error) {
      return { endpoints: [], trouble: lookupTrouble(error) };
    }
  }

  #take(watched: WatchedName, endpoints: readonly string[]): void {
    watched.take(endpoints, this.#options.clock.now(), this.#options.keepMs ?? 0);
    const all = this.#options.sources.flatMap((source) =>
      typeof source === 'string' ? [source] : this.#names.find(({ name }) => name === source)!.endpoints,
    );
    const list = [...new Set(all)];
    if (list.length === this.#list.length && list.every((endpoint, index) => endpoint === this.#list[index])) return;
    this.#list = list;
    this.#options.logger.info({ brokers: list }, `the brokers are now ${list.join(', ')}`);
    this.#options.onList(list);
  }

  #tell(watched: WatchedName, trouble: string | undefined): void {
    const { logger, onTrouble } = this.#options;
    const { text } = watched.name;
    const wasKnown = watched.trouble !== undefined;
    watched.trouble = trouble;
    if (trouble === undefined) {
      if (wasKnown) logger.info({ endpoint: text }, `${text} leads to brokers again`);
    } else if (!wasKnown) {
      const known = watched.endpoints.length;
      const rest = known === 0 ? 'looking it up again until it does' : `going on with the ${known} known from it`;
      logger.warn({ endpoint: text, trouble }, `${text} does not lead to brokers as it should: ${trouble}; ${rest}`);
      onTrouble({ endpoint: text, trouble });
    }
  }

  #arm(): void {
    this.#disarm();
    if (this.#isClosed) return;
    const { clock, random } = this.#options;
    // Spread out, so that those who began together do not ask together for ever.
    const periodMs = LIMITS.lookupMs * (1 + (random.unit() - 0.5) * LOOKUP_SPREAD);
    const dueAt = this.#askedAt + (this.#isLive ? periodMs : LIMITS.lookupHurryMs);
    this.#timer = clock.setTimer(Math.max(0, dueAt - clock.now()), () => {
      this.#timer = undefined;
      this.#askAll();
    });
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

/** A name and its last answer. */
class WatchedName {
  readonly name: DnsName;
  endpoints: readonly string[] = [];
  trouble: string | undefined;
  isAsked = false;
  /** Endpoints that the name no longer leads to, and since when. */
  #missing = new Map<string, Instant>();

  constructor(name: DnsName) {
    this.name = name;
  }

  take(found: readonly string[], now: Instant, keepMs: number): void {
    const missing = new Map<string, Instant>();
    for (const endpoint of this.endpoints) {
      if (found.includes(endpoint)) continue;
      const since = this.#missing.get(endpoint) ?? now;
      if (now - since < keepMs) missing.set(endpoint, since);
    }
    this.#missing = missing;
    this.endpoints = [...found, ...missing.keys()];
  }
}

interface Answer {
  readonly endpoints: readonly string[];
  readonly trouble: string | undefined;
}

/** What of an answer can be dialled. */
function usable(found: readonly string[]): Answer {
  const problems = found.map(problemOf);
  const endpoints = found.filter((_, index) => problems[index] === undefined);
  const problem = problems.find((text) => text !== undefined);
  const max = LIMITS.brokersPerNameMax;
  if (endpoints.length > max) {
    return { endpoints: endpoints.slice(0, max), trouble: `it leads to ${endpoints.length}, of which ${max} are used` };
  }
  return { endpoints, trouble: problem ?? (found.length === 0 ? 'the answer is empty' : undefined) };
}

function problemOf(endpoint: string): string | undefined {
  try {
    const parsed = parseDialEndpoint(endpoint);
    const isName = parsed.scheme !== 'tcp' || HOST.test(parsed.host);
    return isName ? undefined : `cannot use the endpoint "${endpoint}": its host is neither a name nor an address`;
  } catch (error) {
    if (error instanceof EndpointError) return error.message;
    throw error;
  }
}

/** What ZeroMQ takes as a host. It throws at others, and whoever writes records must not stop a process by that. */
const HOST = /^(?:[a-z0-9][\w.-]*|\[[\da-f:.]+(?:%\w+)?\])$/i;
/** A fifth of the period, half of it before and half after. */
const LOOKUP_SPREAD = 0.2;
