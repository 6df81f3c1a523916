import type { ServiceBinding, Worker } from '@reeve/worker';
import { CommandError } from './failure.ts';

/** What a module gives to `reeve worker`: services to serve, or a worker that serves them already. */
export type Served =
  | { readonly services: readonly ServiceBinding[] }
  | { readonly worker: Pick<Worker, 'ready' | 'closed' | 'drain' | 'close'> };

/**
 * Finds out what the default export of a module is: one service, a list of them, or what `serve()` has returned.
 *
 * By what it has, not by its class: the module may use another copy of the package.
 */
export function servedBy(module: Readonly<Record<string, unknown>>, file: string): Served {
  const offered = module['default'];
  if (isWorker(offered)) return { worker: offered };
  const services: readonly unknown[] = Array.isArray(offered) ? offered : [offered];
  if (services.length > 0 && services.every(isBinding)) return { services };
  const what = offered === undefined ? 'has no default export' : 'has a default export that cannot be served';
  throw new CommandError({
    code: 'invalid_argument',
    reason: 'bad_module',
    message: `${file} ${what}`,
    next: 'write: export default serveOrders({ ...handlers }), or a list of such services',
  });
}

function isBinding(value: unknown): value is ServiceBinding {
  return typeof value === 'object' && value !== null && 'descriptor' in value && 'methods' in value;
}

function isWorker(value: unknown): value is Worker {
  if (typeof value !== 'object' || value === null) return false;
  return ['ready', 'closed', 'drain', 'close'].every(
    (name) => typeof (value as Partial<Record<string, unknown>>)[name] === 'function',
  );
}
