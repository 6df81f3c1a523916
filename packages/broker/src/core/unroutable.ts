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

/** What the workers say about the caller's version of the contract: the reason, if one of them knows it. */
export function incompatibleWhy(route: Route): string {
  let version: string | undefined;
  for (const worker of route.service.workers) {
    const number = worker.numberOf(route.service.name, route.method);
    const offered = number === undefined ? undefined : worker.methods[number];
    const why = offered?.refuses.find((r) => r.fingerprint === route.fingerprint)?.why;
    if (why !== undefined) return `${why}; ${nextStep(offered!.version)}`;
    version ??= offered?.version;
  }
  return version === undefined ? VERDICTS.incompatibleContract.when : `${UNKNOWN}; ${nextStep(version)}`;
}

function nextStep(version: string): string {
  return `workers serve version ${version}: generate the stubs again from it`;
}

/** The caller may be older or newer: the one that is newer would know the other, if it were told. */
const UNKNOWN = "neither side knows the other's contract, or they cannot get on";
