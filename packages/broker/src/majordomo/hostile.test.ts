import type { Random } from '@reeve/protocol';
import { seededRandom } from '@reeve/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextPeer } from './gateway-rig.test-kit.ts';
import { GatewayRig } from './gateway-rig.test-kit.ts';

/**
 * Whatever peers send, nothing throws, no request of another peer is touched, what is kept for them is bounded, and
 * nothing of them stays once they go.
 */
test('Majordomo peers that send anything at all harm only themselves', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = seededRandom(seed, 7);
      const rig = new GatewayRig({ services: { json: { body: 'json' } }, holdMs: 500, timeoutMs: 60_000 }, BACKLOG);
      const [client, worker] = [rig.peer(), rig.peer()];
      worker.say('', 'MDPW01', '\x01', 'honest');
      const hostile = Array.from({ length: 4 }, () => new HostilePeer(rig, random));
      for (let step = 0; step < 60; step++) {
        for (const peer of hostile) peer.act();
        const body = `${step} ${random.u32()}`;
        client.say('', 'MDPC01', 'honest', body);
        const request = requestOf(worker);
        for (const peer of hostile) peer.overhears(request[3]!);
        for (const peer of hostile) peer.act();
        worker.say('', 'MDPW01', '\x03', request[3]!, '', body);
        expect(client.heard()).toEqual([['', 'MDPC01', 'honest', body]]);
        worker.say('', 'MDPW01', '\x04');
        if (random.u32() % 4 === 0) rig.advance(random.u32() % 1_500);
        const { keptBytes = 0, unsentBytes = 0, strays, lanes = 0 } = rig.gateway.sizes();
        expect(strays).toBe(0);
        expect(Math.max(keptBytes, unsentBytes)).toBeLessThan(BACKLOG * 6 + MESSAGE_BYTES_MAX);
        expect(lanes).toBeLessThan(1_000);
      }
      for (const peer of hostile) peer.leave();
      client.cut();
      worker.cut();
      rig.advance(1_000);
      expect(rig.gateway.sizes()).toEqual({ peers: 0, strays: 0, timers: 0 });
      expect(rig.sizes()).toMatchObject({ sessions: 0, pendingCalls: 0, queuedCalls: 0, queuedBytes: 0, timers: 0 });
    }),
    { numRuns: 12 },
  );
});

/** A connection that says what makes sense now and then, and comes back under another number when it is cut. */
class HostilePeer {
  readonly #rig: GatewayRig;
  readonly #random: Random;
  #peer: TextPeer;
  #tokens: string[] = ['nonsense', ''];

  constructor(rig: GatewayRig, random: Random) {
    this.#rig = rig;
    this.#random = random;
    this.#peer = rig.peer();
  }

  /** It may say this token of another connection. */
  overhears(token: string): void {
    // Not the name of a service, which would let it ask for that or offer it, as anybody may.
    if (/^[0-9a-z]+-[0-9a-z]+$/.test(token)) this.#tokens = [...this.#tokens.slice(-5), token];
  }

  act(): void {
    if (this.#below(40) === 0) {
      this.#peer.cut();
      this.#peer = this.#rig.peer();
    }
    for (let i = this.#below(4); i > 0; i--) this.#peer.say(...this.#message());
    for (const frames of this.#peer.heard()) if (frames.length > 4) this.overhears(frames.at(-3)!);
  }

  leave(): void {
    this.#peer.cut();
  }

  #message(): string[] {
    const frames = [...this.#head(), ...Array.from({ length: this.#below(4) }, () => this.#frame())];
    // A frame too many, one too few, or none.
    if (this.#below(8) === 0) frames.splice(this.#below(frames.length + 1), this.#below(2), this.#frame());
    return frames.slice(0, this.#below(12) === 0 ? this.#below(frames.length + 1) : frames.length);
  }

  #head(): string[] {
    const [delimiter, service, token] = [this.#pick([[''], []]), this.#pick(SERVICES), this.#pick(this.#tokens)];
    const version = this.#pick(['MDPW01', 'MDPW02', 'MDPC01', 'MDPC02', 'MDPW03', 'MDPX01', 'MDP']);
    const command = this.#pick(['\x01', '\x02', '\x03', '\x04', '\x05', '\x06', '\x07', '\x01\x01']);
    return this.#pick([
      [...delimiter, version, command, service],
      ['', 'MDPC01', service, this.#frame()],
      [...delimiter, 'MDPC02', '\x01', service, this.#frame()],
      ['', 'MDPW01', '\x01', service],
      [...delimiter, version, command, token, ''],
      // A native message, or the beginning of one.
      ['\xabRV\x01'],
      [],
    ]);
  }

  #frame(): string {
    const kind = this.#below(10);
    if (kind === 0) return 'x'.repeat(this.#below(FRAME_BYTES_MAX));
    if (kind < 4) return this.#pick(['', '[1]', '{"a":', '\x93\x01\x02\x03', '\xff']);
    return String.fromCharCode(...Array.from({ length: this.#below(12) }, () => this.#below(256)));
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }

  #below(bound: number): number {
    return this.#random.u32() % bound;
  }
}

/** Heartbeats come between. */
function requestOf(worker: TextPeer): string[] {
  const request = worker.heard().find((frames) => frames.length > 3);
  if (request === undefined) throw new Error('the worker got no request');
  return request;
}

const SERVICES: readonly string[] = [
  'honest?',
  'json',
  'a',
  'a.b',
  'a.b.call',
  '.',
  'mmi.service',
  'mmi.services',
  'mmi.workers',
  'mmi.x',
  'reeve.broker.stats',
  'reeve.broker.nothing',
  'reeve.x',
  '\xff\xfe',
  'x'.repeat(300),
];
const BACKLOG = 30_000;
const FRAME_BYTES_MAX = 4_000;
const MESSAGE_BYTES_MAX = 5 * FRAME_BYTES_MAX;
