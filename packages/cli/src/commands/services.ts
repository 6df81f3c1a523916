import type { ServiceStatus } from '@reeve/broker';
import { LIMITS } from '@reeve/protocol';
import { BROKERS, TIMEOUT_MS, withClient } from '../brokers.ts';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { liveServices } from '../live-services.ts';
import { printable } from '../printable.ts';
import { table } from '../table.ts';
import { toJson } from '../to-json.ts';

export const servicesCommand: CommandBody = command({
  args: [],
  options: { brokers: BROKERS, 'timeout-ms': TIMEOUT_MS },
  details: ['Of several brokers it asks the first one that answers. What a service is like, reeve describe shows.'],
  examples: ['reeve services', 'reeve services --brokers tcp://10.0.0.1:5555 --json'],
  async run({ options }, context) {
    const timeoutMs = options['timeout-ms'] ?? LIMITS.callTimeoutMs;
    await withClient(options.brokers, timeoutMs, context, async (reeve) => {
      const { output } = context;
      const services = await output.whileWaiting('asking the broker…', liveServices(reeve, timeoutMs));
      const [head = '', ...rows] = table(HEAD, services.map(rowOf)).map(printable);
      const none = 'no services: no worker has offered any yet. Start one: reeve worker worker.ts\n';
      const people = services.length === 0 ? none : `${[output.strong(head), ...rows].join('\n')}\n`;
      output.result({ services: toJson(services) }, people);
    });
  },
});

function rowOf({ name, versions, workers, queued, methods, summary = '' }: ServiceStatus): string[] {
  const names = methods.slice(0, NAMES_MAX).map((method) => method.name);
  const more = methods.length > NAMES_MAX ? [`… (${methods.length})`] : [];
  const shown = [...names, ...more].join(' ') || '-';
  return [name, versions.join(' ') || '-', String(workers.length), String(queued), shown, summary];
}

const HEAD = ['SERVICE', 'VERSION', 'WORKERS', 'QUEUED', 'METHODS', 'ABOUT'];

/** What fits on a line. */
const NAMES_MAX = 8;
