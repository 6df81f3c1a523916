import { parseArgs } from 'node:util';
import { DIALECTS } from './dialect.ts';
import type { RunOptions } from './run-rules.ts';
import { RULES } from './rules.ts';

/** Returns what is wrong in one line. */
export function readOptions(args: readonly string[]): (RunOptions & { readonly isJson: boolean }) | string {
  let values: Values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return `${(error as Error).message.split('. ')[0]}. ${USAGE}`;
  }
  const { endpoint, dialect: names = DIALECTS.map(({ name }) => name) } = values;
  if (endpoint === undefined) return `which broker? ${USAGE}`;
  if (!/^(?:tcp:\/\/.+:\d{1,5}|ipc:\/\/.+)$/.test(endpoint)) {
    return `--endpoint is ${endpoint}, but must be like tcp://127.0.0.1:5555 or ipc:///tmp/broker`;
  }
  const unknown = names.find((name) => DIALECTS.every((one) => one.name !== name));
  if (unknown !== undefined)
    return `--dialect is ${unknown}, but must be ${DIALECTS.map(({ name }) => name).join(' or ')}`;
  const only = values.only?.split(',').map((id) => id.trim().toUpperCase());
  const stray = only?.find((id) => RULES.every((rule) => rule.id !== id));
  if (stray !== undefined) return `--only names ${stray}, but no rule has that id; they are in docs/conformance.md`;
  const times = ['timeout-ms', 'heartbeat-ms', 'quiet-ms', 'hold-ms'] as const;
  const bad = times.find((name) => !isTime(values[name]));
  if (bad !== undefined) return `--${bad} is ${values[bad]}, but must be a whole number from 10 to ${TIME_MAX_MS}`;
  return {
    endpoint,
    dialects: DIALECTS.filter(({ name }) => names.includes(name)),
    timings: {
      timeoutMs: Number(values['timeout-ms']),
      heartbeatMs: Number(values['heartbeat-ms']),
      quietMs: Number(values['quiet-ms']),
      ...(values['hold-ms'] === undefined ? {} : { holdMs: Number(values['hold-ms']) }),
    },
    ...(only === undefined ? {} : { only }),
    isStrict: values.strict ?? false,
    withoutMmi: values['no-mmi'] ?? false,
    retrySafe: values['retry-safe'],
    isJson: values.json ?? false,
  };
}

function isTime(text: string | undefined): boolean {
  if (text === undefined) return true;
  const time = Number(text);
  return Number.isInteger(time) && time >= 10 && time <= TIME_MAX_MS;
}

interface Values {
  readonly endpoint?: string;
  readonly dialect?: string[];
  readonly only?: string;
  readonly 'timeout-ms'?: string;
  readonly 'heartbeat-ms'?: string;
  readonly 'quiet-ms'?: string;
  readonly 'hold-ms'?: string;
  readonly 'retry-safe'?: string;
  readonly 'no-mmi'?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const OPTIONS = {
  endpoint: { type: 'string' },
  dialect: { type: 'string', multiple: true },
  only: { type: 'string' },
  // Ample for a reply on a loaded machine.
  'timeout-ms': { type: 'string', default: '3000' },
  // The interval of the reference implementations.
  'heartbeat-ms': { type: 'string', default: '2500' },
  // Many times what a message takes; each check that nothing comes waits this long.
  'quiet-ms': { type: 'string', default: '300' },
  'hold-ms': { type: 'string' },
  'retry-safe': { type: 'string' },
  'no-mmi': { type: 'boolean' },
  strict: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** So that a run ends within a minute. */
const TIME_MAX_MS = 10_000;
const USAGE = 'usage: corepack pnpm conformance --endpoint tcp://HOST:PORT [--dialect NAME] [--json]';
