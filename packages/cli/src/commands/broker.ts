import type { Broker } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import { DEFAULT_ENDPOINT } from '@reeve/protocol/io';
import { LIMITS } from '@reeve/protocol';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { readMajordomo, wrongOption } from '../majordomo-file.ts';
import { untilStopped } from '../until-stopped.ts';

/** Half of what one client may have waiting at a broker: one body must not shut out the next. */
const BODY_BYTES_MOST = LIMITS.clientQueueBytesMax / 2;

export const brokerCommand: CommandBody = command({
  args: [],
  options: {
    listen: {
      kind: 'list',
      value: 'ENDPOINT',
      what: `Where to listen: tcp://host:port or ipc://path; may be repeated. Default: ${DEFAULT_ENDPOINT}`,
    },
    name: { kind: 'text', value: 'NAME', what: 'Its name, shown to peers and people. Default: the first endpoint' },
    peer: {
      kind: 'list',
      value: 'ENDPOINT',
      what: 'Another broker that clients and workers are told of; may be repeated',
    },
    'warm-up-ms': {
      kind: 'integer',
      value: 'MS',
      min: 0,
      max: LIMITS.callTimeoutMaxMs,
      what: `How long after the start calls for services it does not know yet are held. Default: ${LIMITS.warmUpMs}`,
    },
    'body-bytes-max': {
      kind: 'integer',
      value: 'BYTES',
      min: 1_024,
      max: BODY_BYTES_MOST,
      what: `The largest body that it takes, up to ${BODY_BYTES_MOST}. Default: ${LIMITS.bodyBytesMax}`,
    },
    majordomo: {
      kind: 'text',
      value: 'FILE',
      what: 'JSON with how Majordomo services are served, or off. Default: as docs/majordomo.md says',
    },
    'no-pings': {
      kind: 'flag',
      what: 'Do not ping peers over ZeroMQ: for peers not built on libzmq that do not know PING',
    },
  },
  details: [
    'Ctrl-C or SIGTERM stops it without losing a call; the second time it stops at once.',
    'A broker trusts whoever can reach it: do not expose its port to an untrusted network.',
  ],
  examples: [
    'reeve broker --listen tcp://127.0.0.1:5555',
    'reeve broker --listen tcp://*:5555 --listen ipc:///tmp/reeve',
  ],
  async run({ options }, context) {
    const { output, terminal } = context;
    const file = options.majordomo;
    const majordomo = file === undefined ? {} : await readMajordomo(file, terminal.cwd);
    const starting = startBroker({
      ...(options.listen.length === 0 ? {} : { listen: options.listen }),
      ...(options.name === undefined ? {} : { name: options.name }),
      brokers: options.peer,
      limits: {
        ...(options['warm-up-ms'] === undefined ? {} : { warmUpMs: options['warm-up-ms'] }),
        ...(options['body-bytes-max'] === undefined ? {} : { bodyBytesMax: options['body-bytes-max'] }),
      },
      majordomo,
      transportHeartbeats: !options['no-pings'],
      logger: output.logger(),
    });
    const broker = await (file === undefined ? starting : blaming(file, starting));
    const { endpoints } = broker;
    output.result({ listening: endpoints, pid: process.pid }, `listening on ${endpoints.join(', ')}\n`);
    await untilStopped(broker, context);
  },
});

/** The only options that are checked come from the file. */
async function blaming(file: string, starting: Promise<Broker>): Promise<Broker> {
  try {
    return await starting;
  } catch (thrown) {
    throw thrown instanceof TypeError ? wrongOption(file, thrown) : thrown;
  }
}
