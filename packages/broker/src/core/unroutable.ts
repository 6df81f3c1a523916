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

/** What is wrong with the contracts of a caller and of the workers that are there: the reason, if one side knows it. */
export function incompatibleWhy(route: Route): string {
  let version: string | undefined;
  for (const worker of route.service.workers) {
    const number = worker.numberOf(route.service.name, route.method);
    const offered = number === undefined ? undefined : worker.methods[number];
    if (offered === undefined) continue;
    const [callerWhy, workerWhy] = [route.refusedBy(offered), route.refusing(offered)];
    if (callerWhy !== undefined) {
      return `${callerWhy}; workers serve version ${offered.version}: generate the stubs again from it`;
    }
    if (workerWhy !== undefined)
      return `${workerWhy}; workers still serve version ${offered.version}: start newer ones`;
    version ??= offered.version;
  }
  if (version === undefined) return VERDICTS.incompatibleContract.when;
  return `workers serve version ${version}, and neither side knows the contract of the other; generate the stubs again`;
}
