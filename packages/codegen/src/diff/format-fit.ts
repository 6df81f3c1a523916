import type { Fit } from './fit.ts';

/** Whether strings of one format are strings of another. */
export function formatFit(sender: string | undefined, receiver: string | undefined): Fit {
  if (receiver === undefined || sender === receiver) return 'yes';
  if (sender === undefined) return 'no';
  if (WITHIN[sender]?.includes(receiver) === true) return 'yes';
  return DISTINCT.has(sender) && DISTINCT.has(receiver) ? 'no' : 'unknown';
}

/** Formats whose every string is one of the other formats too. */
const WITHIN: Readonly<Record<string, readonly string[]>> = { uuid: ['guid'] };

/** Formats of which no two agree about all strings: some string of the one is none of the other. */
const DISTINCT: ReadonlySet<string> = new Set([
  'cidrv4',
  'cidrv6',
  'date',
  'datetime',
  'duration',
  'e164',
  'email',
  'emoji',
  'guid',
  'ipv4',
  'ipv6',
  'jwt',
  'mac',
  'time',
  'ulid',
  'url',
  'uuid',
]);
