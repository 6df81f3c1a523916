/** What the broker's own services can be asked about, as RFC 8 (MMI) of rfc.zeromq.org has it. */
export interface MmiFacts {
  /** How many live workers serve a name. */
  workersOf(name: string): number;
  /** All names that have a live worker. */
  names(): string[];
}

/** Whether a service is one that the broker itself answers. */
export function isMmi(service: string): boolean {
  return service.startsWith('mmi.');
}

/**
 * Answers a service of the broker's own. `mmi.service` is the RFC's. `mmi.services` (the names, one frame each) and
 * `mmi.workers` (how many serve the name in the body) are Reeve's. What is not known is answered with 501.
 */
export function answerMmi(service: string, body: string, facts: MmiFacts): string[] {
  switch (service) {
    case 'mmi.service':
      return [facts.workersOf(body) > 0 ? '200' : '404'];
    case 'mmi.services': {
      const names = facts.names();
      return names.length === 0 ? [''] : names;
    }
    case 'mmi.workers':
      return [String(facts.workersOf(body))];
    default:
      return ['501'];
  }
}
