import type { Channel, Hello, Instant, PeerId, Session, Transmit } from '@reeve/protocol';
import {
  BYE,
  Channel as NewChannel,
  DECLARE,
  ENVELOPE,
  EnvelopeReader,
  HEARTBEAT,
  HEDGE,
  HELLO,
  Outbox,
  RECORD_FLAGS,
  REQUEST,
  WELCOME,
  randomBytes,
  randomToken,
  readMap,
  strayMessage,
  writeHeartbeat,
  writeMap,
  writeNumber,
  writeReply,
} from '@reeve/protocol';
import type { World } from '@reeve/testing/world';
import { Outsider } from '../scenarios/stranger.ts';
import { TWICE } from './methods.ts';

/** A node that is given a session as anybody is, and then is not what it said it was. */
export class Impostor extends Outsider {
  readonly #role: Role;

  constructor(world: World, name: string, endpoint: string, ruse: Ruse) {
    super(world, name);
    const hello = { role: ruse.role, instance: randomBytes(world.random, 16) };
    this.#role = new Role(endpoint, ruse, (previous) => {
      const nonce = randomToken(world.random);
      return strayMessage(this.now, LINK, HELLO, { ...hello, nonce, ...(previous === 0 ? {} : { previous }) });
    });
    world.enter(this);
    this.input(() => this.#role.greet(0));
  }

  /** Whether it was given a session. */
  get wasWelcome(): boolean {
    return this.#role.wasWelcome;
  }

  /** Whether its broker has ended that for what it said. */
  get wasDismissed(): boolean {
    return this.#role.wasDismissed;
  }

  /** Says that its session is the one that comes after each of these. */
  succeed(sessions: readonly number[]): void {
    for (const session of sessions) this.input(() => this.#role.greet(session));
  }

  protected override get session(): Role {
    return this.#role;
  }
}

/** What an impostor does with its session. */
export interface Ruse {
  readonly name: string;
  readonly role: Hello['role'];
  readonly act: (channel: Channel) => void;
}

/** Each breaks the protocol, and costs who does so its session. */
export const RUSES: readonly Ruse[] = [
  { name: 'a client that answers calls', role: 'client', act: (channel) => writeReply(channel, 65_536, 0, 1, LIE) },
  { name: 'a worker that hedges calls', role: 'worker', act: (channel) => writeNumber(channel, HEDGE, 1) },
  {
    name: 'a client that lies about the length of its key',
    role: 'client',
    act: (channel) => {
      const { service, method, fingerprint, idempotent } = TWICE;
      const route = { service, method, fingerprint, idempotent, accepts: [] };
      writeMap(channel, DECLARE, { ...route, route: 0 });
      const at = channel.reserve(REQUEST.type, RECORD_FLAGS.mustUnderstand, REQUEST.bytes);
      const view = new DataView(channel.buffer.buffer, channel.buffer.byteOffset + at);
      channel.buffer.fill(0, at, at + REQUEST.bytes);
      view.setUint8(REQUEST.at.call, 1);
      view.setUint32(REQUEST.at.remainingMs, 1_000, true);
      view.setUint16(REQUEST.at.keyBytes, 8, true);
      // So that there is something where the key would be.
      writeMap(channel, DECLARE, { ...route, route: 1 });
    },
  },
  {
    name: 'a client whose record is longer than its message',
    role: 'client',
    act: (channel) => {
      const at = channel.reserve(HEARTBEAT.type, 0, HEARTBEAT.bytes);
      channel.buffer[at - ENVELOPE.recordHeaderBytes + 2] = HEARTBEAT.bytes + 3;
    },
  },
];

/** Minds its own business, but for what it says of its past. */
export const SUCCESSOR: Ruse = { name: 'an heir of everybody', role: 'worker', act: writeHeartbeat };

class Role implements Session<never, { readonly kind: string }> {
  wasWelcome = false;
  wasDismissed = false;
  readonly #outbox = new Outbox();
  readonly #reader = new EnvelopeReader();
  readonly #ruse: Ruse;
  readonly #hello: (previous: number) => Transmit;
  readonly #events: { readonly kind: string }[];

  constructor(endpoint: string, ruse: Ruse, hello: (previous: number) => Transmit) {
    this.#ruse = ruse;
    this.#hello = hello;
    this.#events = [{ kind: 'dial', peer: LINK, endpoint } as { kind: string }];
  }

  greet(previous: number): void {
    this.#outbox.post(this.#hello(previous));
  }

  handleMessage(now: Instant, _peer: PeerId, frames: readonly Uint8Array[]): void {
    const reader = this.#reader;
    if (reader.reset(frames) !== undefined) return;
    while (reader.next()) {
      if (reader.type === BYE.type) this.wasDismissed = true;
      if (reader.type === WELCOME.type && readMap(reader, WELCOME) !== undefined) this.#begin(now);
    }
  }

  handlePeer(): void {}

  handleRefused(): void {}

  handleCommand(): void {}

  handleTimeout(): void {}

  readonly hasFull = false;

  pollFull(): undefined {}

  pollTransmit(now: Instant): Transmit | undefined {
    return this.#outbox.poll(now);
  }

  pollTimeout(): Instant | undefined {
    return undefined;
  }

  pollEvent(): { readonly kind: string } | undefined {
    return this.#events.shift();
  }

  #begin(now: Instant): void {
    this.wasWelcome = true;
    const channel = new NewChannel(this.#outbox, LINK, this.#reader.session, now);
    channel.accept(now, this.#reader);
    this.#ruse.act(channel);
  }
}

const LINK: PeerId = 1;
/** No handler gave it. */
const LIE = new Uint8Array(32);
