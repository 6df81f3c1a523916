import type { Verdict } from '@reeve/protocol';
import { VERDICTS } from '@reeve/protocol';
import { BROKER_SERVICE } from './introspection.ts';
import type { Route } from './route.ts';

/** Why no worker can serve a route. */
export function unroutable(route: Route): Verdict {
  const { service } = route;
  if (service.name === BROKER_SERVICE) return VERDICTS.unknownMethod;
  if (service.workers.size === 0) return service.isKnown ? VERDICTS.noWorker : VERDICTS.unknownService;
  for (const worker of service.workers) {
    if (worker.numberOf(service.name, route.method) !== undefined) return VERDICTS.incompatibleContract;
  }
  return VERDICTS.unknownMethod;
}

/** What the workers say about the caller's version of the contract. */
export function incompatibleWhy(route: Route): string {
  for (const worker of route.service.workers) {
    const number = worker.numberOf(route.service.name, route.method);
    const offered = number === undefined ? undefined : worker.methods[number];
    const why = offered?.refuses.find((r) => r.fingerprint === route.fingerprint)?.why;
    if (why !== undefined) return why;
    if (offered !== undefined) return `workers serve version ${offered.version}; generate the stubs again from it`;
  }
  return VERDICTS.incompatibleContract.when;
}
