import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@reeve/broker';
import type { Broker } from '@reeve/broker';
import { method, service } from '@reeve/contract';
import type { ServiceDescriptor } from '@reeve/protocol';
import type { Handler, ServiceBinding, Worker } from '@reeve/worker';
import { bindService, serve } from '@reeve/worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { FakeTerminal } from '../../packages/cli/src/fake-terminal.test-kit.ts';
import { run } from '../../packages/cli/src/run.ts';
import { ContractProject, contractText } from '../../packages/codegen/src/contract-project.test-support.ts';
import { MajordomoWorker } from '../majordomo/majordomo-peer.ts';

/** What a live broker tells of services, without their source: contract → stubs → worker → broker → command line. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const BOOKING = `
/** A seat. */
const Seat = z.object({
  /** Counted from the door. */
  row: z.int().min(1).max(40),
  letter: z.enum(['A', 'B']),
});
export const Booking = service('travel.booking', {
  version: '2.10.0',
  doc: 'Books seats.\\n\\nOnly on trains.',
  methods: {
    /** Books some seats. */
    book: method({
      key: 'id',
      leaseMs: 3_000,
      input: z.object({
        id: z.uuid(),
        seats: z.map(z.string().max(9), Seat).max(8),
        day: z.codec(z.iso.date(), z.date(), {
          decode: (text) => new Date(text),
          encode: (date) => date.toISOString().slice(0, 10),
        }),
        note: z.string().trim().max(80).default('none').describe('For the guard. | Short.'),
      }),
      output: z.object({ code: z.bigint(), ticket: z.instanceof(Uint8Array), until: z.date() }),
      errors: {
        /** Somebody was faster. */
        TAKEN: z.object({ seats: z.set(Seat) }),
      },
    }),
    cancel: method({ input: z.bigint(), output: z.void(), idempotent: true, timeoutMs: 1_500 }),
  },
});`;

let project: ContractProject;
let broker: Broker;
const workers: (Worker | MajordomoWorker)[] = [];

beforeAll(async () => {
  const files = {
    'booking.contract.ts': contractText(BOOKING),
    'old/booking.contract.ts': contractText(BOOKING.replace('2.10.0', '2.9.0').replace('cancel:', 'undo:')),
  };
  project = await ContractProject.create(files, fileURLToPath(new URL('../node_modules', import.meta.url)));
  for (const folder of ['.', 'old']) {
    await project.generate({ globs: [path.join(folder, '*.contract.ts')], out: folder, importExtension: 'ts' });
  }
  broker = await startBroker({ listen: 'tcp://127.0.0.1:0', limits: { warmUpMs: 0 } });
  const [endpoint = ''] = broker.endpoints;
  for (const folder of ['.', '.', 'old']) workers.push(await serving(await bound(folder)));
  workers.push(await serving(PLAIN));
  workers.push(await MajordomoWorker.start(endpoint, 'shout', '0.2', () => ['x']));
  await vi.waitUntil(() => broker.services().length === 3, { timeout: 10_000 });
});

afterAll(async () => {
  for (const worker of workers) await worker.close();
  await broker.close();
  await project.dispose();
});

describe('a service', () => {
  test('is listed with its versions and the first line of its docs', async () => {
    const { stdout } = await reeve('services');
    expect(stdout).toMatch(/^SERVICE +VERSION +WORKERS +QUEUED +METHODS +ABOUT\n/);
    expect(stdout).toMatch(/^travel\.booking +2\.10\.0 2\.9\.0 +3 +0 +book cancel undo +Books seats\.$/m);
  });

  test('shows its newest version, for people', async () => {
    expect(await reeve('describe', 'travel.booking')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'travel.booking 2.10.0',
        'Books seats.',
        '',
        'Only on trains.',
        '',
        'Version 2.10.0 (2 workers); also there: 2.9.0 (1 worker).',
        '',
        'METHOD  MAY BE STARTED  TIME LIMIT  ABOUT',
        'book    at most once    10 s        Books some seats.',
        'cancel  more than once  1500 ms',
        '',
      ].join('\n'),
    });
  });

  test('shows another version, if it is asked for', async () => {
    const { service: about, methods } = await json('describe', 'travel.booking', '--service-version', '2.9.0');
    expect(about).toMatchObject({
      version: '2.9.0',
      versions: [{ version: '2.10.0', workers: 2 }, { version: '2.9.0' }],
    });
    expect(methods.map(({ name }) => name)).toEqual(['book', 'undo']);
    const wrong = await reeve('describe', 'travel.booking', '--service-version', '2.8.0');
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\n {2}next: did you mean "2\.9\.0"/) as string,
    });
  });
});

describe('a method', () => {
  test('shows signature, docs, delivery, fields and errors', async () => {
    const { stdout } = await reeve('describe', 'travel.booking.book');
    for (const text of [
      'travel.booking.book(input: BookInput): Promise<{ code: bigint; ticket: Uint8Array; until: Date }>\n',
      '>\nBooks some seats.\n',
      'Started at most once; calls with the same id share one result. Time limit: 10 s.\n',
      'Its handler shows a sign of life every 3 s.\n',
      '  seats  Map<string, Seat>  at most 8 entries\n',
      // What callers send: the codec and the default are the worker's.
      '  day    string             format date\n',
      '  note   string             optional, default "none"; For the guard. | Short.\n',
      '  code    bigint\n  ticket  Uint8Array\n  until   Date\n',
      '  TAKEN (failed_precondition) Somebody was faster.\n    seats  Set<Seat>\n',
      "  Seat: A seat.\n    row     integer    at least 1, at most 40; Counted from the door.\n    letter  'A' | 'B'\n",
    ]) {
      expect(stdout).toContain(text);
    }
  });

  test('has the very schema that reeve gen writes', async () => {
    await project.generate({ globs: ['booking.contract.ts'], out: '.', importExtension: 'ts', jsonSchema: 'schemas' });
    const { methods } = await json('describe', 'travel.booking');
    for (const { name, schema } of methods) {
      const { $comment: _, ...written } = JSON.parse(
        await project.read(`schemas/travel.booking.${name}.schema.json`),
      ) as Record<string, unknown>;
      expect(schema).toEqual(written);
    }
    expect(methods).toHaveLength(2);
  });
});

describe('what cannot be shown', () => {
  test.each<[what: string, args: readonly string[], code: number, message: string, next: string]>([
    [
      'a name that is nearly one',
      ['travel.bookings'],
      1,
      'no worker offers the service',
      'did you mean "travel.booking"?',
    ],
    ['a method that is nearly one', ['travel.booking.bok'], 1, 'has no method "bok"', 'did you mean "book"?'],
    ['a method of no service', ['trravel.booking.book'], 1, 'no worker offers', 'did you mean "travel.booking"?'],
    ['a worker that describes nothing', ['plain'], 1, 'plain 1.0.0: none of its workers can', 'generate its stubs'],
    [
      'a Majordomo service',
      ['shout'],
      1,
      'speak Majordomo: it has no contract',
      'call it all the same: reeve call shout.',
    ],
    ['the broker itself', ['reeve.broker'], 2, 'reeve.broker is what the broker answers itself', 'docs/protocol.md'],
  ])('%s', async (_, args, code, message, next) => {
    const ended = await reeve('describe', ...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    const lines = ended.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(message);
    expect(lines[1]).toContain(`next: ${next}`);
  });

  test('a service whose workers have left', async () => {
    const [endpoint = ''] = broker.endpoints;
    const gone = await serve({ services: [bindService(renamed('gone'))], brokers: [endpoint] });
    await gone.ready();
    await gone.close();
    const ended = await reeve('describe', 'gone', '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'unavailable', reason: 'no_worker' } });
  });
});

interface Described {
  readonly service: { readonly version: string };
  readonly methods: readonly { readonly name: string; readonly schema: object }[];
}

async function json(...args: string[]): Promise<Described> {
  const { stdout } = await reeve(...args, '--json');
  return JSON.parse(stdout) as Described;
}

async function reeve(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const [endpoint = ''] = broker.endpoints;
  const code = await run([...args, '--brokers', endpoint], terminal);
  // What takes a second says so.
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text.replaceAll(/^.*…\n/gm, '') };
}

async function serving(binding: ServiceBinding): Promise<Worker> {
  const [endpoint = ''] = broker.endpoints;
  const worker = await serve({ services: [binding], brokers: [endpoint] });
  await worker.ready();
  return worker;
}

/** What the generated stub makes of handlers. */
async function bound(folder: string): Promise<ServiceBinding> {
  const file = path.join(project.folder, folder, 'travel.booking.worker.ts');
  const { serveTravelBooking } = (await import(file)) as {
    serveTravelBooking: (handlers: Record<string, Handler>) => ServiceBinding;
  };
  const handler = (): never => {
    throw new Error('nobody calls it');
  };
  return serveTravelBooking({ book: handler, [folder === 'old' ? 'undo' : 'cancel']: handler });
}

/** A worker whose stubs were generated before there were descriptions. */
const PLAIN = bindService(renamed('plain'));

function renamed(name: string): Parameters<typeof bindService>[0] {
  const rest = { fingerprint: 'f'.repeat(32), accepts: [], key: [], timeoutMs: 1_000, idempotent: true, errors: {} };
  const descriptor: ServiceDescriptor = {
    name,
    version: '1.0.0',
    shapes: {},
    methods: { m: { ...rest, name: 'm', input: { kind: 'any' }, output: { kind: 'any' } } },
  };
  const contract = service(name, {
    version: '1.0.0',
    methods: { m: method({ input: z.any(), output: z.any(), idempotent: true }) },
  });
  return { descriptor, contract, handlers: { m: () => null } };
}
