import type { DescribedOutcome, DescribedService, Logger, ServiceDescriptor } from '@reeve/protocol';
import { LIMITS, NO_BYTES, decodeValue, encodeValue } from '@reeve/protocol';
import type { ServiceBinding } from './bind-service.ts';

/** Tells brokers what services are like. Descriptions are loaded when somebody asks, and not kept. */
export class Describer {
  readonly #services: ReadonlyMap<string, ServiceBinding>;
  readonly #logger: Logger;

  constructor(services: readonly ServiceBinding[], logger: Logger) {
    this.#services = new Map(services.map((service) => [service.descriptor.name, service]));
    this.#logger = logger;
  }

  /** Describes a service, encoded. Never rejects. */
  async describe(name: string | undefined): Promise<Description> {
    const load = name === undefined ? undefined : this.#services.get(name)?.describe;
    if (load === undefined) return { outcome: 'unknown', body: NO_BYTES };
    try {
      const body = encodeValue(await load());
      // Who asked would not read what is nested too deeply.
      return decodeValue(body).ok ? { outcome: 'described', body } : { outcome: 'too_large', body: NO_BYTES };
    } catch (error) {
      this.#logger.warn({ err: error, service: name }, `the description of ${name} could not be loaded`);
      return { outcome: 'failed', body: NO_BYTES };
    }
  }
}

export interface Description {
  readonly outcome: DescribedOutcome;
  readonly body: Uint8Array;
}

/** What a broker is told at once: which services can be described, and the first line of what is said about them. */
export function describedServices(services: readonly ServiceBinding[]): DescribedService[] {
  return services.flatMap(({ descriptor, describe }) => {
    if (describe === undefined) return [];
    const summary = summaryOf(descriptor);
    return [{ service: descriptor.name, ...(summary === undefined ? {} : { summary }) }];
  });
}

function summaryOf({ doc = '' }: ServiceDescriptor): string | undefined {
  const line = (doc.trim().split('\n', 1)[0] ?? '').trim();
  if (line === '') return undefined;
  return line.length <= LIMITS.summaryMax ? line : `${line.slice(0, LIMITS.summaryMax - 1)}…`;
}
