import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';
import type { DialectName } from './dialect.ts';
import type { ReferenceBroker } from './reference-broker.test-kit.ts';

/** A mistake in the reference broker: the exact text, its replacement, and the rules that must find it. */
export interface Fault {
  readonly what: string;
  readonly text: string;
  readonly instead: string;
  readonly foundBy: readonly string[];
  /** Default: `mdp01`. */
  readonly dialect?: DialectName;
}

/** The reference broker with the fault in it. A text that is not there, or there twice, is an error. */
export function plant({ text, instead }: Fault): typeof ReferenceBroker {
  if (SOURCE.split(text).length !== 2) throw new Error(`not once in the reference broker: ${text}`);
  const planted = SOURCE.replace(text, () => instead);
  const { code } = transformSync(planted, { loader: 'ts', format: 'cjs', target: 'node20' });
  const module = { exports: {} as { ReferenceBroker: typeof ReferenceBroker } };
  const run = compileFunction(code, ['module', 'require']) as (into: typeof module, require: NodeJS.Require) => void;
  run(module, createRequire(import.meta.url));
  return module.exports.ReferenceBroker;
}

export const FAULTS: readonly Fault[] = [
  {
    what: 'names another service in its replies',
    text: '...head, service, ...body]',
    instead: "...head, 'reply', ...body]",
    foundBy: ['R1'],
  },
  {
    what: 'answers without the empty frame at the beginning',
    text: "(isDelimited ? [''] : []), ...head",
    instead: "(isOld ? [''] : []), ...head",
    foundBy: ['R1'],
    dialect: 'mdp02-delimited',
  },
  {
    what: 'gives a worker more than one request',
    text: ".filter(({ busy }) => busy === '')",
    instead: '',
    foundBy: ['R2'],
  },
  {
    what: 'leaves empty frames out of a body',
    text: 'textOf(service), body, expires',
    instead: 'textOf(service), body: body.filter((frame) => frame.length > 0), expires',
    foundBy: ['R3', 'R4'],
  },
  {
    what: 'shows raw routing ids to workers',
    text: 'const address = `a${this.#addresses++}`;',
    instead: "const address = job!.from.peer.toString('latin1');",
    foundBy: ['R10', 'R11'],
  },
  {
    what: 'lets any worker answer any request',
    text: 'if (running?.worker !== worker) return;',
    instead: 'if (running === undefined) return;',
    foundBy: ['R12'],
  },
  {
    what: 'takes the frame after the address for a delimiter, whatever it is',
    text: 'fields[0]?.length === 0 && fields.length > 1 ? fields.slice(1) : fields',
    instead: 'fields.slice(1)',
    foundBy: ['R13'],
  },
  {
    what: 'forgets the request of a worker that died',
    text: "startsWith('safe')",
    instead: "startsWith('unsafe')",
    foundBy: ['R15'],
  },
  {
    what: 'drops requests that no worker waits for',
    text: 'this.#waiting.push(job);',
    instead: 'if ([...this.#workers.values()].some((one) => one.service === job.service)) this.#waiting.push(job);',
    foundBy: ['R16'],
  },
  {
    what: 'holds requests for ever',
    text: 'expiresAtMs > now ||',
    instead: 'expiresAtMs > 0 ||',
    foundBy: ['R17'],
  },
  {
    what: 'takes a second READY for a heartbeat',
    text: "(kind === 'ready') === (worker !== undefined)",
    instead: "(kind !== 'ready' && worker === undefined)",
    foundBy: ['W1'],
  },
  {
    what: 'keeps a worker that it told DISCONNECT',
    text: "'disconnect');\n      return this.#remove(key);",
    instead: "'disconnect');\n      return;",
    foundBy: ['W2'],
  },
  {
    what: 'says nothing to a worker that it does not know',
    text: "this.#sendWorker(from, 'disconnect');",
    instead: '',
    foundBy: ['W3', 'W4', 'W5', 'W6', 'M7'],
    dialect: 'mdp02',
  },
  {
    what: 'ignores DISCONNECT',
    text: "if (kind === 'disconnect') return this.#remove(key);",
    instead: "if (kind === 'disconnect') return;",
    foundBy: ['W7', 'W8', 'M5'],
  },
  {
    what: 'answers DISCONNECT',
    text: "if (kind === 'disconnect') return this.#remove(key);",
    instead: "if (kind === 'disconnect') { this.#sendWorker(from, 'disconnect'); return this.#remove(key); }",
    foundBy: ['W9'],
  },
  {
    what: 'ignores DISCONNECT with frames after it',
    text: "if (kind === 'disconnect')",
    instead: "if (kind === 'disconnect' && fields.length === 0)",
    foundBy: ['W10'],
  },
  {
    what: 'compares names by their beginning',
    text: 'service === worker.service)',
    instead: 'worker.service.startsWith(service))',
    foundBy: ['W12'],
  },
  {
    what: 'never sends heartbeats',
    text: "else this.#sendWorker(worker, 'heartbeat');",
    instead: '',
    foundBy: ['H1', 'H2', 'H3'],
  },
  {
    what: 'never sends heartbeats to busy workers',
    text: "else this.#sendWorker(worker, 'heartbeat');",
    instead: "else if (worker.busy === '') this.#sendWorker(worker, 'heartbeat');",
    foundBy: ['H2'],
  },
  {
    what: 'takes only HEARTBEAT for a heartbeat',
    text: 'else worker.seenAtMs = now;',
    instead: "else if (kind === 'heartbeat') worker.seenAtMs = now;",
    foundBy: ['H5'],
  },
  {
    what: 'takes no HEARTBEAT for a heartbeat',
    text: 'else worker.seenAtMs = now;',
    instead: "else if (kind !== 'heartbeat') worker.seenAtMs = now;",
    foundBy: ['H4'],
  },
  {
    what: 'keeps a silent worker',
    text: 'silentMs > LIVENESS * this.#heartbeatMs',
    instead: 'silentMs > 1e9',
    foundBy: ['H6'],
  },
  {
    what: 'gives up a worker that is silent because it is busy',
    text: "worker.busy === '' && silentMs",
    instead: 'silentMs',
    foundBy: ['H7'],
  },
  {
    what: 'sends the numbers of worker commands to clients',
    text: 'const PARTIAL = 2;\nconst FINAL = 3;',
    instead: 'const PARTIAL = 3;\nconst FINAL = 4;',
    foundBy: ['R1'],
    dialect: 'mdp02',
  },
  {
    what: 'swaps PARTIAL and FINAL',
    text: "kind === 'partial' ? PARTIAL : FINAL",
    instead: "kind === 'final' ? PARTIAL : FINAL",
    foundBy: ['R1'],
    dialect: 'mdp02',
  },
  {
    what: 'passes PARTIAL on as FINAL',
    text: "kind === 'partial' ? PARTIAL : FINAL",
    instead: 'FINAL',
    foundBy: ['S1', 'S2'],
    dialect: 'mdp02',
  },
  {
    what: 'gives a worker the next request after PARTIAL',
    text: "if (kind === 'partial') return;",
    instead: "if (kind === 'partial') { worker.busy = ''; return; }",
    foundBy: ['S3'],
    dialect: 'mdp02-delimited',
  },
  {
    what: 'passes on what a worker sends after FINAL',
    text: 'this.#running.delete(textOf(address));',
    instead: '',
    foundBy: ['S4'],
    dialect: 'mdp02',
  },
  {
    what: 'does not look at the names that workers have',
    text: "? '200' : '404'",
    instead: "? '200' : '200'",
    foundBy: ['M2'],
  },
  {
    what: 'finds a service that was merely asked for',
    text: '[...this.#workers.values()].some((worker) => worker.service === service)',
    instead: '[...this.#workers.values(), ...this.#waiting].some((one) => one.service === service)',
    foundBy: ['M3'],
  },
  {
    what: 'does not find a service whose worker is busy',
    text: '(worker) => worker.service === service',
    instead: "(worker) => worker.busy === '' && worker.service === service",
    foundBy: ['M4'],
  },
  {
    what: 'does not say that it lacks an mmi service',
    text: "return '501';",
    instead: "return '404';",
    foundBy: ['M6'],
  },
  {
    what: 'lets workers register names in mmi.',
    text: " || (kind === 'ready' && service.startsWith('mmi.'))",
    instead: '',
    foundBy: ['M7'],
  },
  {
    what: 'takes every name that begins with mmi for its own',
    text: "job.service.startsWith('mmi.')",
    instead: "job.service.startsWith('mmi')",
    foundBy: ['M8'],
  },
  {
    what: 'looks for mmi. in the identity of the client',
    text: "job.service.startsWith('mmi.')",
    instead: "`${from.peer}`.startsWith('mmi.')",
    foundBy: ['M9'],
  },
  {
    what: 'takes any header of a client for its own',
    text: "name === 'MDPC01' || name === 'MDPC02'",
    instead: "name.startsWith('MDPC')",
    foundBy: ['I1'],
  },
  {
    what: 'does not look at the command of a client',
    text: 'if (!from.isOld && !isByte(frames.shift(), 1)) return;',
    instead: 'if (!from.isOld) frames.shift();',
    foundBy: ['I5'],
    dialect: 'mdp02',
  },
  {
    what: 'keeps the dialects apart',
    text: 'service === worker.service)',
    instead: 'service === worker.service && this.#waiting[0]!.from.isOld === worker.isOld)',
    foundBy: ['X1', 'X2'],
  },
  {
    what: 'drops a PARTIAL with an unknown address together with its worker',
    text: 'if (running?.worker !== worker) return;',
    instead: "if (running?.worker !== worker) return this.#sendWorker(worker, 'disconnect');",
    foundBy: ['S5'],
    dialect: 'mdp02',
  },
  {
    what: 'mixes up the streams of two workers',
    text: 'this.#reply(running.job',
    instead: 'this.#reply([...this.#running.values()][0]!.job',
    foundBy: ['S6'],
    dialect: 'mdp02',
  },
  {
    what: 'takes a reply with an unknown address for that of any client',
    text: 'const running = this.#running.get(textOf(address));\n    if (running?.worker !== worker) return;',
    instead:
      'const running = this.#running.get(textOf(address)) ?? [...this.#running.values()][0];\nif (!running) return;',
    foundBy: ['R9'],
  },
  {
    what: 'keeps one waiting request of each client',
    text: 'this.#waiting.push(job);',
    instead: 'if (this.#waiting.every((one) => !one.from.peer.equals(from.peer))) this.#waiting.push(job);',
    foundBy: ['R7'],
  },
  {
    what: 'takes bodies for text',
    text: 'textOf(service), body, expires',
    instead: 'textOf(service), body: body.map((frame) => Buffer.from(`${frame}`)), expires',
    foundBy: ['R5'],
  },
  {
    what: 'gives requests to the first worker of a service only',
    text: 'for (const worker of idle) {',
    instead:
      'for (const worker of idle) {\n' +
      'if ([...this.#workers.values()].find((one) => one.service === worker.service) !== worker) continue;',
    foundBy: ['W11'],
  },
  {
    what: 'ends on an unknown worker command',
    text: "if (kind === undefined || kind === 'request'",
    instead: "if (kind === undefined) return this.close();\nif (kind === 'request'",
    foundBy: ['I3'],
  },
  {
    what: 'ends on a message without a header',
    text: 'if (isOld && !isDelimited) return;',
    instead: 'if (header === undefined) return this.close();',
    foundBy: ['I6'],
  },
];

const SOURCE = readFileSync(new URL('reference-broker.test-kit.ts', import.meta.url), 'utf8');
