import { startBroker } from '@reeve/broker';
import { DEFAULT_ENDPOINT } from '@reeve/protocol/io';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { DevLoop } from '../dev-loop.ts';
import { readConfig } from '../reeve-config.ts';
import { untilStopped } from '../until-stopped.ts';

/** Where `reeve init` puts things. */
const CONTRACTS = 'src/**/*.contract.ts';
const OUT = 'src/generated';
const WORKER = 'src/worker.ts';

export const devCommand: CommandBody = command({
  args: [],
  options: {
    contracts: { kind: 'text', value: 'GLOB', what: `Contract files. Default: '${CONTRACTS}'` },
    out: { kind: 'text', value: 'DIR', what: `Where the generated files go. Default: ${OUT}` },
    worker: { kind: 'text', value: 'FILE', what: `The module to serve, as for reeve worker. Default: ${WORKER}` },
    listen: { kind: 'text', value: 'ENDPOINT', what: `Where the broker listens. Default: ${DEFAULT_ENDPOINT}` },
    'import-extension': {
      kind: 'choice',
      choices: ['js', 'ts'],
      what: 'How generated files import each other. Default: js, as compiled code wants it',
    },
  },
  details: [
    'What is not said here is taken from reeve.config.ts in this folder, if there is one.',
    'When a source file below this folder changes, it generates again and starts the worker anew.',
    'Ctrl-C stops everything, without losing a call; the second time at once.',
  ],
  examples: ['reeve dev', "reeve dev --contracts 'src/*.contract.ts' --out src/generated --worker src/worker.ts"],
  async run({ options }, context) {
    const { output } = context;
    const listen = options.listen ?? DEFAULT_ENDPOINT;
    const config = await readConfig(context.terminal.cwd);
    const broker = await startBroker({ listen, logger: output.logger() });
    const contracts = [options.contracts ?? config.contracts ?? CONTRACTS].flat();
    const { out = config.out ?? OUT, worker = config.worker ?? WORKER } = options;
    const importExtension = options['import-extension'] ?? config.importExtension ?? 'js';
    const loop = new DevLoop({ broker, contracts, out, worker, importExtension }, context);
    try {
      await loop.start();
      const { endpoints } = broker;
      output.result({ listening: endpoints, pid: process.pid }, `broker listening on ${endpoints.join(', ')}\n`);
      await untilStopped(
        {
          drain: () => loop.stop().then(() => broker.drain()),
          close: async () => {
            loop.kill();
            await broker.close();
          },
          ended: Promise.race([broker.ended, loop.failed]),
        },
        context,
      );
    } finally {
      loop.kill();
      await broker.close();
    }
  },
});
