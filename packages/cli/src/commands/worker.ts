import { LIMITS } from '@reeve/protocol';
import type { ServiceBinding } from '@reeve/worker';
import { serve } from '@reeve/worker';
import { BROKERS, badOptionsAreUsage, brokerList } from '../brokers.ts';
import type { CommandBody, Context } from '../command.ts';
import { command } from '../command.ts';
import { usageError } from '../failure.ts';
import { loadModule } from '../load-module.ts';
import type { Served } from '../served.ts';
import { servedBy } from '../served.ts';
import { untilStopped } from '../until-stopped.ts';
import { WorkerPool } from '../worker-pool.ts';

export const workerCommand: CommandBody = command({
  args: [{ name: 'FILE', what: 'A module whose default export is what a generated serve… function returns' }],
  options: {
    brokers: BROKERS,
    concurrency: {
      kind: 'integer',
      value: 'N',
      min: 1,
      max: 100_000,
      what: `How many handlers may be at work at once. Default: ${LIMITS.concurrency}`,
    },
    processes: {
      kind: 'integer',
      value: 'N',
      min: 1,
      max: 1_024,
      what: 'Serve from so many processes, and start those again that end. Default: this one process',
    },
    label: { kind: 'text', value: 'NAME', what: 'How it is called where workers are listed. Default: nothing' },
  },
  details: [
    'The default export may also be a list of services, or a worker that serve() has returned.',
    'Ctrl-C or SIGTERM lets handlers finish and hands back the rest; the second time it stops at once.',
  ],
  examples: [
    'reeve worker src/worker.ts',
    'reeve worker src/worker.ts --brokers tcp://10.0.0.1:5555,tcp://10.0.0.2:5555',
    'reeve worker src/worker.ts --processes 4',
  ],
  async run({ args, options }, context) {
    const [file = ''] = args;
    const { terminal, output } = context;
    const { processes } = options;
    if (processes !== undefined) return runPool(file, { ...options, processes }, context);
    const served = servedBy(await output.whileWaiting(`loading ${file}…`, loadModule(file, terminal.cwd)), file);
    const { concurrency, label } = options;
    const worker = await startWorker(served, { brokers: brokerList(options.brokers), concurrency, label }, context);
    const services = 'services' in served ? served.services.map(described) : [];
    const names = services.map(({ name, methods }) => `${name} (${methods.join(', ')})`).join(', ');
    const ready = 'worker' in served ? output.whileWaiting('waiting for a broker…', worker.ready()) : worker.ready();
    void ready.then(
      () => output.result({ services, pid: process.pid }, `serving ${names === '' ? file : names}\n`),
      () => undefined, // closed before a broker was there: there is nothing to say
    );
    await untilStopped({ drain: () => worker.drain(), close: () => worker.close(), ended: worker.closed() }, context);
  },
});

/** The same command in each process, which loads the module itself. */
async function runPool(file: string, options: PoolOptions, context: Context): Promise<void> {
  const { processes, brokers, concurrency, label } = options;
  const given = [
    ...(brokers === undefined ? [] : ['--brokers', brokers]),
    ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    ...(label === undefined ? [] : ['--label', label]),
  ];
  const { terminal, output } = context;
  const pool = new WorkerPool({ processes, args: [file, ...given], cwd: terminal.cwd, output });
  await untilStopped(pool, context);
}

interface PoolOptions {
  readonly processes: number;
  readonly brokers: string | undefined;
  readonly concurrency: number | undefined;
  readonly label: string | undefined;
}

interface WorkerOptions {
  readonly brokers: string[] | undefined;
  readonly concurrency: number | undefined;
  readonly label: string | undefined;
}

type RunningWorker = Extract<Served, { worker: unknown }>['worker'];

async function startWorker(served: Served, options: WorkerOptions, { output }: Context): Promise<RunningWorker> {
  if ('services' in served) {
    const { services } = served;
    return badOptionsAreUsage(() => serve({ ...options, services, logger: output.logger() }));
  }
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given === undefined) return served.worker;
  throw usageError(
    `--${given[0]} has no effect: the module calls serve() itself`,
    'set it there, or export the services',
  );
}

function described({ descriptor: { name, version, methods } }: ServiceBinding): {
  name: string;
  version: string;
  methods: string[];
} {
  return { name, version, methods: Object.keys(methods) };
}
