import type { MemoryEndpoint } from './endpoint.ts';
import { EndpointError, parseEndpoint } from './endpoint.ts';
import { MemoryLink } from './memory-link.ts';
import { MemoryListener } from './memory-listener.ts';
import type { Link, LinkHandler, Listener, ListenerHandler, Transport } from './transport.ts';

/**
 * A transport within one process. It keeps to what the one over ZeroMQ does: messages arrive in a later turn of the
 * event loop, in order, as copies; the end of a connection comes after all that was sent on it; a link dials again by
 * itself, and what it is given meanwhile waits.
 */
export class MemoryTransport implements Transport {
  readonly #listeners = new Map<string, MemoryListener>();
  readonly #links = new Map<string, Set<MemoryLink>>();

  dial(text: string, handler: LinkHandler): Link {
    const { name } = memoryEndpoint(text);
    const links = this.#links.get(name) ?? new Set();
    this.#links.set(name, links);
    const link = new MemoryLink(handler, {
      find: () => this.#listeners.get(name),
      onClose: () => {
        links.delete(link);
        if (links.size === 0) this.#links.delete(name);
      },
    });
    links.add(link);
    link.dial();
    return link;
  }

  async listen(text: string, handler: ListenerHandler): Promise<Listener> {
    const { name } = memoryEndpoint(text);
    if (this.#listeners.has(name)) {
      const advice = 'the name is taken; close the other listener, or choose another name';
      throw new EndpointError('taken', text, `cannot listen on ${text}: ${advice}`);
    }
    const listener = new MemoryListener(text, handler, () => this.#listeners.delete(name));
    this.#listeners.set(name, listener);
    for (const link of this.#links.get(name) ?? []) link.dial();
    return listener;
  }

  /** Ends every connection to an endpoint, as a broken cable would. The links dial again. For tests. */
  cut(text: string): void {
    this.#listeners.get(memoryEndpoint(text).name)?.cut();
  }
}

/** The one behind `memory://` endpoints. */
export const memoryTransport: MemoryTransport = new MemoryTransport();

function memoryEndpoint(text: string): MemoryEndpoint {
  const endpoint = parseEndpoint(text);
  if (endpoint.scheme === 'memory') return endpoint;
  throw new EndpointError('bad_endpoint', text, `cannot use the endpoint "${text}" in memory: write memory://name`);
}
