import type { Random, Transmit } from '@reeve/protocol';
import { DISPATCH, ENVELOPE, HELLO, RECORDS, REQUEST, encodeValue, randomBytes, strayMessage } from '@reeve/protocol';
import type { BrokerRig, ScriptedWorker } from './broker-rig.test-kit.ts';
import { ScriptedClient, offered } from './broker-rig.test-kit.ts';
import type { ScriptedPeer } from './scripted-peer.test-kit.ts';

/** A peer that does whatever a seed makes it do, with all it could know of the honest ones: everything. */
export class HostilePeer {
  peer: ScriptedClient | ScriptedWorker;
  readonly #rig: BrokerRig;
  readonly #random: Random;
  readonly #victims: readonly ScriptedPeer[];
  /** Messages that honest peers have sent. */
  readonly #overheard: readonly Transmit[];

  constructor(rig: BrokerRig, random: Random, victims: readonly ScriptedPeer[], overheard: readonly Transmit[]) {
    this.#rig = rig;
    this.#random = random;
    this.#victims = victims;
    this.#overheard = overheard;
    this.peer = this.#arrive();
  }

  act(): void {
    const { channel } = this.peer;
    if (this.peer.isGone || this.peer.byes.length > 0 || channel === undefined) {
      this.peer = this.#arrive();
      return;
    }
    switch (this.#below(9)) {
      case 0:
        return this.#inject([this.#bytes(200)]);
      case 1:
        return this.#inject([
          this.#envelope(this.#pick([0, channel.session, this.#victim().channel!.session, 2 ** 50])),
        ]);
      case 2:
        return this.#replay();
      case 3:
        return this.#sayHello();
      case 4:
        for (let i = this.#below(6); i > 0; i--) this.#sayRecord();
        return;
      case 5:
        return this.#inject([
          this.#envelope(channel.session),
          this.#bytes(50),
          ...(this.#below(2) === 0 ? [] : [this.#bytes(5)]),
        ]);
      case 6:
        return this.peer instanceof ScriptedClient
          ? this.#misbehaveAsClient(this.peer)
          : this.#misbehaveAsWorker(this.peer);
      case 7:
        if (this.#below(4) === 0) this.leave();
        return;
      default:
        this.peer.isDeaf = this.#below(2) === 0;
    }
  }

  leave(): void {
    if (!this.peer.isGone) this.#rig.cut(this.peer);
  }

  #arrive(): ScriptedClient | ScriptedWorker {
    const isClient = this.#below(2) === 0;
    const peer = isClient
      ? this.#rig.client()
      : this.#rig.worker(this.#below(3), [offered('once', { service: 'hostile' })]);
    peer.isCareless = true;
    return peer;
  }

  /** Only the transport decides whose bytes they are: they come from this peer's connection, whatever they say. */
  #inject(frames: readonly Uint8Array[]): void {
    this.#rig.inject(this.peer, frames);
  }

  #envelope(session: number): Uint8Array {
    const records = Array.from({ length: this.#below(4) }, () => this.#record());
    const bytes = new Uint8Array(ENVELOPE.headerBytes + records.reduce((sum, r) => sum + r.length, 0));
    const header = new DataView(bytes.buffer);
    bytes.set([...ENVELOPE.magic, ENVELOPE.version]);
    header.setBigUint64(ENVELOPE.at.session, BigInt(session), true);
    const seq = this.#pick([0, 1, (this.peer.channel?.seqOut ?? 0) + 1, this.#random.u32()]);
    header.setUint32(ENVELOPE.at.seq, seq, true);
    header.setUint32(ENVELOPE.at.ack, this.#pick([0, 1, this.#random.u32()]), true);
    header.setUint32(ENVELOPE.at.sentAt, this.#random.u32(), true);
    let at: number = ENVELOPE.headerBytes;
    for (const record of records) {
      bytes.set(record, at);
      at += record.length;
    }
    // Sometimes a bit is wrong.
    if (this.#below(3) === 0) bytes[this.#below(bytes.length)]! ^= 1 << this.#below(8);
    return bytes;
  }

  #record(): Uint8Array {
    const payload = this.#payload();
    const record = new Uint8Array(6 + payload.length);
    record.set([this.#below(64), this.#below(4), payload.length]);
    record.set(payload, 6);
    return record;
  }

  #replay(): void {
    const message = this.#pick(this.#overheard);
    if (message === undefined) return;
    const frames = message.frames.map((frame) => Uint8Array.from(frame));
    if (this.#below(2) === 0) frames[0]![this.#below(frames[0]!.length)]! ^= 1 << this.#below(8);
    this.#inject(frames);
  }

  #sayHello(): void {
    const victim = this.#victim();
    const previous = this.#pick([victim.channel!.session, this.peer.channel!.session, 5]);
    const hello = {
      role: this.#pick(['client', 'worker'] as const),
      instance: this.peer.instance,
      nonce: this.#below(20),
    };
    this.#inject(strayMessage(this.#rig.now, this.peer.peer, HELLO, { ...hello, previous }).frames);
  }

  /** A sound envelope with a record of any type in it. */
  #sayRecord(): void {
    const { type } = this.#pick(RECORDS);
    const payload = this.#payload();
    const at = this.peer.channel!.reserve(type, this.#below(2), payload.length);
    this.peer.channel!.buffer.set(payload, at);
  }

  #payload(): Uint8Array {
    const kind = this.#below(4);
    if (kind === 0) return this.#bytes(60);
    if (kind === 1) return encodeValue(this.#pick(MAPS));
    // A fixed record with an id that means something to somebody.
    const bytes = new Uint8Array(this.#pick([8, REQUEST.bytes, DISPATCH.bytes, 20, 30]));
    if (kind === 2) bytes.set(this.#bytes(bytes.length).subarray(0, bytes.length));
    new DataView(bytes.buffer).setBigUint64(0, BigInt(this.#id()), true);
    return bytes;
  }

  #misbehaveAsClient(client: ScriptedClient): void {
    const method = {
      service: this.#pick(['s', 'hostile', 'nowhere']),
      method: 'once',
      fingerprint: 'f',
      idempotent: true,
    };
    const body = new Uint8Array(this.#pick([1, 100, 9_000]));
    client.request(
      { ...method, service: method.service === 's' ? 'hostile' : method.service },
      { call: this.#id() % 100, body, remainingMs: this.#below(3_000) },
    );
    const question = { service: 'reeve.broker', method: 'describe', fingerprint: '', idempotent: true };
    client.request(question, { call: this.#id() % 100, body: encodeValue(this.#pick(QUESTIONS)), remainingMs: 500 });
    client.cancel(this.#id());
    client.await(this.#id(), { ...method, service: 'hostile' }, this.#pick([0, 5, 2_000]));
  }

  #misbehaveAsWorker(worker: ScriptedWorker): void {
    const id = this.#id();
    if (this.#below(2) === 0) worker.reply({ id }, this.#bytes(20));
    else worker.reject({ id });
    worker.credit(this.#pick([0, 5, 2 ** 52]));
    worker.describe({ id: this.#id() }, this.#bytes(20));
    if (this.#below(3) === 0) worker.drain();
    const { instance } = this.#victim();
    worker.offer({ instance, call: this.#id() }, this.#bytes(20), { method: this.#below(5) === 0 ? 1 : 0 });
  }

  /** Any number, or one that an honest peer uses. */
  #id(): number {
    const ids = this.#victims.flatMap((v) => [...v.dispatches.map((d) => d.id), ...v.answers.map((a) => a.call)]);
    return this.#pick([
      ...ids.slice(-20),
      ...this.peer.dispatches.map((d) => d.id),
      this.#below(200),
      this.#random.u32(),
    ]);
  }

  #victim(): ScriptedPeer {
    return this.#pick(this.#victims);
  }

  #bytes(max: number): Uint8Array {
    return randomBytes(this.#random, this.#below(max));
  }

  #below(bound: number): number {
    return this.#random.u32() % bound;
  }

  #pick<T>(options: readonly T[]): T {
    return options[this.#below(options.length)]!;
  }
}

const QUESTIONS: readonly unknown[] = [
  { service: 's', version: '1.0.0' },
  { service: 'hostile', version: '1.0.0' },
  { service: '__proto__', version: 'constructor' },
  { service: 's' },
  { service: 5, version: {} },
  'x'.repeat(5_000),
  null,
];

const MAPS: readonly unknown[] = [
  {},
  [],
  { route: 0, service: 'hostile', method: 'once', fingerprint: 'f', accepts: [], idempotent: true },
  { route: 4_095, service: 'hostile', method: 'x', fingerprint: 'f', accepts: ['g'], idempotent: false },
  { route: 4_096, service: 'hostile', method: 'x', fingerprint: 'f', accepts: [], idempotent: false },
  { route: 1, service: 'x'.repeat(300), method: 'x', fingerprint: 'f', accepts: [], idempotent: false },
  { route: 2, service: '__proto__', method: 'constructor', fingerprint: 'f', accepts: [], idempotent: false },
  { methods: [] },
  { methods: [offered('once', { service: 'reeve.broker' })] },
  { methods: [offered('once', { service: '__proto__' }), offered('once', { service: 'hostile' })], label: 'x' },
  { methods: [offered('once', { service: 'hostile' })], described: [{ service: 'hostile' }, { service: 's' }] },
  { why: 'drained' },
  { why: 'no such reason' },
  { brokers: [] },
];
