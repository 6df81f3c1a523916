import type { Declare } from '@reeve/protocol';
import { LIMITS, ReeveError, VERDICTS } from '@reeve/protocol';

/** A method as the client calls it: what it tells a broker once per session, under a number of its own. */
export type Route = Declare;

/** Numbers the routes of a client. */
export class RouteTable {
  readonly #routes: Route[] = [];

  /** Adds a route. Throws a `ReeveError` if there are too many. */
  add(route: Omit<Route, 'route'>): Route {
    if (this.#routes.length >= LIMITS.routesMax) {
      const message = `one client can use ${LIMITS.routesMax} methods; connect a second client for the others`;
      throw ReeveError.of(VERDICTS.clientLimit, message);
    }
    const numbered: Route = { ...route, route: this.#routes.length };
    this.#routes.push(numbered);
    return numbered;
  }
}
