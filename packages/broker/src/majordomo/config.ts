import { LIMITS } from '@reeve/protocol';
import { integerOption } from '@reeve/protocol/io';
import { isReserved } from '../core/index.ts';
import { isMmi } from './mmi.ts';
import { nativeName } from './names.ts';
import type { MajordomoOptions, MajordomoService } from './options.ts';

/** Options with everything filled in. */
export interface MajordomoConfig {
  readonly services: ReadonlyMap<string, MajordomoService>;
  readonly timeoutMs: number;
  readonly holdMs: number;
  readonly workerSilenceMs: number;
}

/**
 * Fills in the defaults. Throws a `TypeError` with one line that names the option and says what it may be: options
 * come from files as well, where no compiler has seen them.
 */
export function resolveConfig(options: MajordomoOptions = {}): MajordomoConfig {
  checkShape('majordomo', options, OPTIONS);
  const { services = {}, timeoutMs = TIMEOUT_MS, holdMs = HOLD_MS, workerSilenceMs = SILENCE_MS } = options;
  if (!isObject(services)) throw new TypeError('majordomo.services must be an object of services by their names');
  const entries = Object.entries(services);
  for (const [name, service] of entries) checkService(name, service);
  checkAliases(entries);
  return {
    services: new Map(entries),
    timeoutMs: integerOption('majordomo.timeoutMs', timeoutMs, 1, LIMITS.callTimeoutMaxMs),
    holdMs: integerOption('majordomo.holdMs', holdMs, 0, LIMITS.callTimeoutMaxMs),
    workerSilenceMs: integerOption('majordomo.workerSilenceMs', workerSilenceMs, 1_000, LIMITS.callTimeoutMaxMs),
  };
}

function checkService(name: string, service: MajordomoService): void {
  checkName('a name in majordomo.services', name);
  const path = `majordomo.services[${JSON.stringify(name)}]`;
  checkShape(path, service, SERVICE_OPTIONS);
  if (service.service !== undefined) checkName(`${path}.service`, service.service);
  if (service.method !== undefined) checkText(`${path}.method`, service.method);
  const { body, retrySafe, timeoutMs } = service;
  if (body !== undefined && !BODIES.has(body)) {
    throw new TypeError(`${path}.body is ${show(body)}, but must be "raw", "msgpack" or "json"`);
  }
  if (retrySafe !== undefined && typeof retrySafe !== 'boolean') {
    throw new TypeError(`${path}.retrySafe is ${show(retrySafe)}, but must be true or false`);
  }
  if (timeoutMs !== undefined) integerOption(`${path}.timeoutMs`, timeoutMs, 1, LIMITS.callTimeoutMaxMs);
}

/** A method has one kind of bodies, and is safe to do twice or not, whatever name it is known by. */
function checkAliases(entries: readonly (readonly [string, MajordomoService])[]): void {
  const firsts = new Map<string, readonly [string, MajordomoService]>();
  for (const [name, config] of entries) {
    const { service, method } = nativeName(name, config);
    const target = JSON.stringify([service, method]);
    const first = firsts.get(target);
    if (first === undefined) {
      firsts.set(target, [name, config]);
      continue;
    }
    const differing = SETTINGS.find((setting) => first[1][setting] !== config[setting]);
    if (differing === undefined) continue;
    const both = `${JSON.stringify(first[0])} and ${JSON.stringify(name)}`;
    throw new TypeError(
      `majordomo.services: ${both} both lead to the method "${method}" of the service "${service}", ` +
        `but differ in ${differing}: give both the same`,
    );
  }
}

function checkName(path: string, name: unknown): void {
  checkText(path, name);
  // Both are the broker's own.
  if (isMmi(name as string) || isReserved(name as string)) {
    throw new TypeError(`${path} is ${show(name)}, but must not begin with "mmi." or "reeve."`);
  }
}

function checkText(path: string, text: unknown): void {
  const bytes = typeof text === 'string' ? encoder.encode(text).length : 0;
  if (bytes > 0 && bytes <= LIMITS.nameBytesMax) return;
  throw new TypeError(`${path} is ${show(text)}, but must be a text of 1 to ${LIMITS.nameBytesMax} bytes`);
}

/** A misspelt option would else do nothing, in silence. */
function checkShape(path: string, given: unknown, known: readonly string[]): void {
  const list = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  if (!isObject(given)) throw new TypeError(`${path} is ${show(given)}, but must be an object with ${list}`);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`${path} has ${show(unknown)}, but can have only ${list}`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? 'a list' : String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

const encoder = new TextEncoder();
const OPTIONS: readonly (keyof MajordomoOptions)[] = ['services', 'timeoutMs', 'holdMs', 'workerSilenceMs'];
const SETTINGS = ['body', 'retrySafe', 'timeoutMs'] as const;
const SERVICE_OPTIONS: readonly (keyof MajordomoService)[] = ['service', 'method', ...SETTINGS];
const BODIES: ReadonlySet<unknown> = new Set(['raw', 'msgpack', 'json']);
/** MDP has no deadline. Who gives up usually closes its socket, which ends its requests; this is for the others. */
const TIMEOUT_MS = 300_000;
/** The clients of the ZeroMQ guide send again after this time. */
const HOLD_MS = 2_500;
/** Three heartbeats of the workers of the ZeroMQ guide, which send one each 2.5 s. */
const SILENCE_MS = 7_500;
/** So that the line stays one. */
const SHOWN_MAX = 60;
