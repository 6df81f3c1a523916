import { expectAlive } from './demands.ts';
import type { Frame } from './dialect.ts';
import { clientRequest, showFrames, textOf, workerCommand } from './dialect.ts';
import type { Rule } from './rule.ts';
import { demand } from './rule.ts';
import type { Trial } from './trial.ts';

/** What is not MDP is dropped, and the broker goes on answering. */
export const INVALID_RULES: readonly Rule[] = [
  dropped('I1', 'an unknown protocol header', ({ dialect, service }) => {
    const bad = ['MDPC99', 'MDPW99', 'mdpc01', 'MDPC0', 'MDPC011', 'HELLO'];
    const delimiter = dialect.isDelimited ? [''] : [];
    return bad.map((header) => [...delimiter, header, Buffer.of(1), service, 'body']);
  }),
  dropped('I2', 'a message that ends too early', ({ dialect, service }) => {
    const request = clientRequest(dialect, service, []);
    const ready = workerCommand(dialect, dialect.commands.ready, service);
    const short = [request, ready].flatMap((frames) => frames.map((_, at) => frames.slice(0, at)));
    return short.filter((frames) => frames.length > 0);
  }),
  dropped('I3', 'an unknown or malformed worker command', ({ dialect, service }) => [
    workerCommand(dialect, 0x00),
    workerCommand(dialect, 0x7f),
    workerCommand(dialect, 0xff, service),
    [...workerCommand(dialect, 0x01).slice(0, -1), Buffer.of(1, 1), service],
    [...workerCommand(dialect, 0x01).slice(0, -1), '', service],
  ]),
  dropped('I4', 'a worker command without its fields', ({ dialect }) => [
    workerCommand(dialect, dialect.commands.ready, ''),
    workerCommand(dialect, dialect.commands.final),
    workerCommand(dialect, dialect.commands.final, ''),
    workerCommand(dialect, dialect.commands.final, '', '', ''),
  ]),
  {
    ...dropped('I5', 'a client command that only a broker sends, or none at all', ({ dialect, service }) =>
      [0x00, 0x02, 0x03, 0x04, 0xff].map((command) => {
        const request = clientRequest(dialect, service, ['body']);
        return request.map((frame, at) => (at === request.length - 3 ? Buffer.of(command) : frame));
      }),
    ),
    isAbout: ({ hasPartials }) => hasPartials,
  },
  dropped('I6', 'bytes of another protocol', () => [
    [''],
    ['', ''],
    ['GET / HTTP/1.1\r\n\r\n'],
    [Buffer.from('00ff55aa'.repeat(64), 'hex')],
    [Buffer.from('83a3666f6f01'.repeat(8), 'hex'), Buffer.from(Array.from({ length: 256 }, (_, at) => at))],
    ...Array.from({ length: 32 }, (_, seed) => randomFrames(seed)),
  ]),
  dropped('I7', 'a message of a thousand frames that is none of MDP', () => [
    Array.from({ length: 1_000 }, () => ''),
    Array.from({ length: 1_000 }, () => 'x'),
  ]),
];

/** Each message comes from a peer of its own, which must not be answered as if it were a client. */
function dropped(id: string, what: string, messages: (trial: Trial) => readonly (readonly Frame[])[]): Rule {
  return {
    id,
    text: `${what}: dropped, and everybody else is served as before`,
    level: 'should',
    section: 'Opening and Closing a Connection',
    check: async (trial) => {
      // The name of the trial is offered, so that a message taken for a request shows at the worker.
      const bystander = await trial.worker();
      const isRequest = (frames: readonly Buffer[]): boolean =>
        frames.some((frame) => textOf(frame).startsWith('MDPC0'));
      const peers = messages(trial).map(async (frames) => {
        const peer = trial.peer();
        await peer.send(frames);
        const answer = await peer.receive(trial.timings.quietMs);
        const why = `no reply to ${showFrames(frames.slice(0, 6))}`;
        demand(answer === undefined || !isRequest(answer), why, showFrames(answer ?? []));
      });
      await Promise.all(peers);
      await bystander.expectQuiet('no request was sent to its service');
      await expectAlive(trial);
    },
  };
}

/** The same frames for the same seed. */
function randomFrames(seed: number): Buffer[] {
  let state = seed + 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
  return Array.from({ length: 1 + next(6) }, () => Buffer.from(Array.from({ length: next(40) }, () => next(256))));
}
