import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Channel } from './channel.ts';
import { readMap, strayMessage, writeHeartbeat, writeMap } from './cold-codec.ts';
import { EnvelopeReader } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { Outbox } from './outbox.ts';
import { seededRandom } from './random.ts';
import type { Hello, Refused, Welcome } from './records.ts';
import { BYE, HEARTBEAT, HELLO, REFUSED, WELCOME } from './records.ts';
import type { PeerId, Transmit } from './session.ts';
import { TimerWheel } from './timer-wheel.ts';
import type { Timed, UplinkHost, UplinkLost, UplinkNews } from './uplink.ts';
import { Uplink } from './uplink.ts';
import { envelope, firstRecord, readEnvelope, recordTypes } from './wire.test-kit.ts';

const HEARTBEAT_MS = 1_000;

/** A role with one uplink, a clock that the test moves, and a broker that says what the test wants. */
class Rig implements UplinkHost {
  readonly role = 'worker';
  readonly instance: Uint8Array = new Uint8Array(16).fill(5);
  readonly outbox: Outbox = new Outbox();
  readonly random = seededRandom(1);
  readonly timers: TimerWheel<Timed> = new TimerWheel<Timed>();
  readonly dialled: PeerId[] = [];
  readonly hungUp: PeerId[] = [];
  readonly lost: UplinkLost[] = [];
  readonly uplink: Uplink = new Uplink(this, 'tcp://x:1');
  now = 0;
  /** Everything that was sent and not looked at yet. */
  sent: Transmit[] = [];
  /** The broker's side of the live session. */
  broker: Channel | undefined;
  readonly #brokerOutbox = new Outbox();
  #lastToken = 100;
  /** Of the last HELLO. */
  #nonce = 0;

  nextPeer(): PeerId {
    return this.dialled.length + 1;
  }

  dial(peer: PeerId): void {
    this.dialled.push(peer);
  }

  hangUp(peer: PeerId): void {
    this.hungUp.push(peer);
  }

  onLost(_: number, __: Uplink, lost: UplinkLost): void {
    this.lost.push(lost);
  }

  /** Lets time pass, and what is due be done and sent. */
  pass(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const at = this.timers.next() ?? Infinity;
      if (at > until) break;
      this.#wake(at);
    }
    this.now = until;
    return this;
  }

  /** Lets time pass without anything being done, as where the process was stopped. */
  freeze(ms: number): void {
    this.#wake(this.now + ms);
  }

  hellos(): Hello[] {
    const hellos = this.take(HELLO.type).map((t) => readMap(firstRecord(t.frames), HELLO)!);
    this.#nonce = hellos.at(-1)?.nonce ?? this.#nonce;
    return hellos;
  }

  /** Takes the sent messages whose first record has the type. */
  take(type: number): Transmit[] {
    this.poll();
    const taken = this.sent.filter(({ frames }) => recordTypes(frames)[0] === type);
    this.sent = [];
    return taken;
  }

  receive(frames: readonly Uint8Array[]): UplinkNews | undefined {
    const reader = new EnvelopeReader();
    const news = this.uplink.handleMessage(this.now, reader, reader.reset(frames));
    this.poll();
    return news;
  }

  /** The broker answers the last HELLO. */
  welcome(more: Partial<Welcome> = {}): UplinkNews | undefined {
    return this.receive(this.welcomeFrames(more));
  }

  welcomeFrames(more: Partial<Welcome> = {}): readonly Uint8Array[] {
    this.hellos();
    const nonce = more.nonce ?? this.#nonce;
    this.#lastToken += 1;
    this.broker = new Channel(this.#brokerOutbox, this.uplink.peer, this.#lastToken, this.now);
    writeMap(this.broker, WELCOME, { ...WELCOME_SAMPLE, ...more, nonce });
    return this.#brokerOutbox.poll(this.now)!.frames;
  }

  /** The broker says something in the live session. */
  say(write: (channel: Channel) => void = writeHeartbeat): UplinkNews | undefined {
    write(this.broker!);
    return this.receive(this.#brokerOutbox.poll(this.now)!.frames);
  }

  refuse(refused: Partial<Refused> = {}): UplinkNews | undefined {
    const value: Refused = { why: 'unknown_session', session: this.uplink.lastSession, calls: [], ...refused };
    return this.receive(strayMessage(this.now, this.uplink.peer, REFUSED, value).frames);
  }

  poll(): void {
    for (let t = this.outbox.poll(this.now); t !== undefined; t = this.outbox.poll(this.now)) this.sent.push(t);
  }

  #wake(at: number): void {
    this.now = at;
    this.timers.advance(at, (timed) => timed.onTimer(at));
    this.poll();
  }
}

const WELCOME_SAMPLE: Welcome = {
  ...{ nonce: 0, broker: 'b', epoch: 1, heartbeatMs: HEARTBEAT_MS, bodyBytesMax: 1_000_000 },
  ...{ windowBytes: 8_000_000, callsMax: 10, brokers: [] },
};

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  rig.uplink.start(0);
});

function goLive(): Rig {
  rig.uplink.handleConnected(rig.now);
  rig.welcome();
  return rig;
}

describe('greeting', () => {
  test('says HELLO at once, without a session', () => {
    expect([rig.uplink.state, rig.dialled]).toEqual(['greeting', [1]]);
    rig.poll();
    const { session, seq } = readEnvelope(rig.sent[0]!.frames);
    expect([session, seq]).toEqual([0, 0]);
    const [hello] = rig.hellos();
    expect(hello).toMatchObject({ role: 'worker', nonce: expect.any(Number) as number });
    expect(hello).not.toHaveProperty('previous');
    expect([...hello!.instance]).toEqual([...rig.instance]);
  });

  test('waits without an end for a broker that is not there: the transport keeps trying', () => {
    rig.pass(60_000);
    expect([rig.uplink.state, rig.hellos().length, rig.hungUp]).toEqual(['greeting', 1, []]);
  });

  test('rests after a broker that accepts the connection and says nothing', () => {
    rig.uplink.handleConnected(0);
    rig.pass(LIMITS.helloTimeoutMs + 4);
    expect([rig.uplink.state, rig.hungUp]).toEqual(['resting', [1]]);
    expect(rig.uplink.trouble).toContain('does not answer as a Reeve broker');
  });

  test('counts that time from when the connection came up', () => {
    rig.pass(LIMITS.helloTimeoutMs - 100);
    rig.uplink.handleConnected(rig.now);
    rig.pass(LIMITS.helloTimeoutMs - 100);
    expect(rig.uplink.state).toBe('greeting');
  });

  test('greets again after a pause where the transport had no room', () => {
    rig.poll();
    rig.sent = [];
    rig.uplink.handleGreetingRefused(0);
    rig.pass(LIMITS.reconnectMs + 4);
    expect([rig.uplink.state, rig.hellos().length]).toEqual(['greeting', 1]);
  });

  test('greets again with another nonce when the connection ends', () => {
    const [first] = rig.hellos();
    expect(rig.uplink.handleLost(5)).toEqual({ kind: 'lost', session: 0, why: 'the connection ended' });
    const [second] = rig.hellos();
    expect(second!.nonce).not.toBe(first!.nonce);
    expect([rig.uplink.state, rig.dialled]).toEqual(['greeting', [1]]);
  });

  test.each<[string, Uint8Array[]]>([
    ['something else', [new TextEncoder().encode('HTTP/1.1 400')]],
    ['an envelope of another version', [Uint8Array.of(0xab, 0x52, 0x56, 2, 0, 0)]],
    ['half an envelope', [envelope([]).subarray(0, 10)]],
  ])('notes trouble when %s answers, and goes on waiting', (_, frames) => {
    expect(rig.receive(frames)).toBeUndefined();
    expect([rig.uplink.state, typeof rig.uplink.trouble]).toEqual(['greeting', 'string']);
  });

  test('notes why a broker refuses it', () => {
    expect(rig.refuse({ why: 'limit', session: 0, detail: 'full house' })).toMatchObject({ kind: 'refused' });
    expect([rig.uplink.state, rig.uplink.trouble]).toEqual(['greeting', 'full house']);
  });
});

describe('WELCOME', () => {
  test('makes the session live', () => {
    rig.uplink.trouble = 'was';
    rig.now = 70;
    const news = rig.welcome({ heartbeatMs: 2_000 });
    const { state, channel, lastSession, liveSince, trouble, isLeaving, isSuspect } = rig.uplink;
    expect(news).toMatchObject({ kind: 'welcome', welcome: { broker: 'b', heartbeatMs: 2_000 } });
    expect({ state, lastSession, liveSince, trouble, isLeaving, isSuspect }).toEqual({
      ...{ state: 'live', lastSession: 101, liveSince: 70, trouble: undefined, isLeaving: false, isSuspect: false },
    });
    expect(channel!.session).toBe(101);
  });

  test('is followed by records of the same message', () => {
    const frames = rig.welcomeFrames();
    const reader = new EnvelopeReader();
    const more = new Uint8Array([...frames[0]!, ...envelope([{ type: HEARTBEAT.type }]).subarray(24)]);
    const news = rig.uplink.handleMessage(0, reader, reader.reset([more]));
    expect([news?.kind, reader.next(), reader.type, reader.next()]).toEqual(['welcome', true, HEARTBEAT.type, false]);
  });

  test('for an earlier HELLO is out of date', () => {
    const stale = rig.welcomeFrames();
    rig.uplink.handleLost(5);
    expect(rig.receive(stale)).toBeUndefined();
    expect([rig.uplink.state, rig.uplink.channel]).toEqual(['greeting', undefined]);
    expect(rig.welcome()?.kind).toBe('welcome');
  });

  test('that comes twice is dropped', () => {
    const frames = rig.welcomeFrames();
    rig.receive(frames);
    const { channel } = rig.uplink;
    expect([rig.receive(frames), rig.uplink.channel === channel]).toEqual([undefined, true]);
  });

  test('that is not the first message of its session is none', () => {
    const frames = rig.welcomeFrames();
    frames[0]![12] = 2;
    expect(rig.receive(frames)).toBeUndefined();
    expect([rig.uplink.state, rig.uplink.channel]).toEqual(['greeting', undefined]);
  });

  test('without a session, or that cannot be read, is none', () => {
    const frames = rig.welcomeFrames();
    frames[0]!.fill(0, 4, 12);
    expect(rig.receive(frames)).toBeUndefined();
    expect(rig.receive([envelope([{ type: WELCOME.type, payload: Uint8Array.of(0xc1) }])])).toBeUndefined();
    expect(rig.uplink.state).toBe('greeting');
  });

  test('to one who is live already changes nothing', () => {
    goLive();
    const { channel } = rig.uplink;
    const again = rig.welcomeFrames();
    expect([rig.receive(again), rig.uplink.channel === channel]).toEqual([undefined, true]);
  });
});

describe('a live session', () => {
  beforeEach(() => void goLive());

  test('hands its records on', () => {
    expect(rig.say()).toEqual({ kind: 'records' });
  });

  test('drops what comes twice, and what belongs to another session', () => {
    writeHeartbeat(rig.broker!);
    const { frames } = rig.broker!.poll(0)!;
    expect([rig.receive(frames), rig.receive(frames)]).toEqual([{ kind: 'records' }, undefined]);
    expect(rig.receive([envelope([{ type: HEARTBEAT.type }], { session: 9, seq: 1 })])).toBeUndefined();
    expect(rig.uplink.state).toBe('live');
  });

  test('ends with a gap: HELLO names the session on the same link', () => {
    writeHeartbeat(rig.broker!);
    rig.broker!.poll(0);
    rig.hellos();
    expect(rig.say()).toEqual({ kind: 'lost', session: 101, why: 'a message is missing' });
    expect(rig.hellos()).toMatchObject([{ previous: 101 }]);
    expect([rig.uplink.state, rig.dialled, rig.hungUp]).toEqual(['greeting', [1], []]);
  });

  test('ends with what is no envelope', () => {
    expect(rig.receive([Uint8Array.of(1, 2, 3, 4)])).toMatchObject({ kind: 'lost', session: 101 });
  });

  test('ends with its connection, and begins anew on the same link', () => {
    rig.hellos();
    expect(rig.uplink.handleLost(9)).toEqual({ kind: 'lost', session: 101, why: 'the connection ended' });
    expect(rig.hellos()).toMatchObject([{ previous: 101 }]);
    expect(rig.welcome()?.kind).toBe('welcome');
    expect([rig.uplink.lastSession, rig.dialled]).toEqual([102, [1]]);
  });

  test('ends when the broker does not know it, after what that proves', () => {
    const news = rig.refuse({ calls: [3, 4] });
    expect(news).toMatchObject({ kind: 'refused', refused: { calls: [3, 4] }, lost: { kind: 'lost', session: 101 } });
    expect(rig.uplink.state).toBe('greeting');
  });

  test('does not end when the broker does not know another one', () => {
    const news = rig.refuse({ session: 55, calls: [3] });
    expect(news).toMatchObject({ kind: 'refused', refused: { calls: [3] }, lost: undefined });
    expect(rig.uplink.state).toBe('live');
  });

  test('that was ended by intent rests before the next one', () => {
    expect(rig.uplink.end(0, 'it said BYE')).toEqual({ kind: 'lost', session: 101, why: 'it said BYE' });
    expect([rig.uplink.state, rig.hungUp]).toEqual(['resting', [1]]);
    rig.pass(LIMITS.reconnectMaxMs + 4);
    expect([rig.uplink.state, rig.dialled]).toEqual(['greeting', [1, 2]]);
  });

  test('acknowledges each message of a broker that is leaving: it waits for that', () => {
    rig.uplink.isLeaving = true;
    rig.sent = [];
    rig.say();
    rig.poll();
    expect(rig.sent.map((t) => readEnvelope(t.frames).ack)).toEqual([2]);
  });

  test('says nothing more in a session that was lost', () => {
    rig.hellos();
    writeHeartbeat(rig.uplink.channel!);
    rig.uplink.handleLost(0);
    rig.poll();
    expect(rig.sent.map(({ frames }) => recordTypes(frames)[0])).toEqual([HELLO.type]);
  });
});

describe('heartbeats', () => {
  beforeEach(() => void goLive());

  /** The times at which anything was sent. */
  function sendTimes(ms: number, stepMs: number, each?: (now: number) => void): number[] {
    const times: number[] = [];
    for (let left = ms; left > 0; left -= stepMs) {
      rig.pass(stepMs);
      each?.(rig.now);
      rig.poll();
      for (const _ of rig.sent) times.push(rig.now);
      rig.sent = [];
    }
    return times;
  }

  test('are sent once an interval by one who says nothing else', () => {
    rig.sent = [];
    const times = sendTimes(10_000, 10, (now) => now % 500 === 0 && rig.say());
    expect(times).toHaveLength(10);
  });

  test('are not sent by one who says enough', () => {
    rig.sent = [];
    let said = 0;
    const times = sendTimes(10_000, 10, (now) => {
      if (now % 400 !== 0) return;
      rig.say();
      writeHeartbeat(rig.uplink.channel!);
      said += 1;
    });
    expect(times).toHaveLength(said);
  });

  test('leave no silence longer than an interval, whenever something else was said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 8 }), (pauses) => {
        rig = new Rig();
        rig.uplink.start(0);
        goLive();
        rig.sent = [];
        let at = 0;
        const said = new Set(pauses.map((pause) => (at += pause)));
        const times = sendTimes(at + 3_000, 1, (now) => {
          if (now % 500 === 0) rig.say();
          if (said.has(now)) writeHeartbeat(rig.uplink.channel!);
        });
        const longest = Math.max(...times.map((time, i) => time - (times[i - 1] ?? 0)));
        // A tick of the wheel, and the step of this test.
        expect(longest).toBeLessThanOrEqual(HEARTBEAT_MS + 8);
      }),
      { numRuns: 30 },
    );
  });

  test('missing for two intervals make the broker suspect, and any message clears it', () => {
    rig.pass(2_900);
    expect([rig.uplink.state, rig.uplink.isSuspect]).toEqual(['live', false]);
    rig.pass(200);
    expect([rig.uplink.state, rig.uplink.isSuspect]).toEqual(['live', true]);
    rig.say();
    expect(rig.uplink.isSuspect).toBe(false);
  });

  test('missing for longer end the session, and its link with it', () => {
    rig.hellos();
    rig.pass(4_100);
    expect(rig.lost).toEqual([{ kind: 'lost', session: 101, why: 'the broker fell silent' }]);
    expect([rig.uplink.state, rig.uplink.channel, rig.hungUp]).toEqual(['resting', undefined, [1]]);
    // The dead link gets no HELLO: it would make a session of which nobody knows.
    expect(rig.hellos()).toEqual([]);
    rig.pass(LIMITS.reconnectMaxMs + 4);
    expect([rig.uplink.state, rig.dialled, rig.uplink.peer]).toEqual(['greeting', [1, 2], 2]);
    expect(rig.hellos()).toMatchObject([{ previous: 101 }]);
  });

  test('that our own loop was too late to read are not missing', () => {
    rig.freeze(30_000);
    expect([rig.uplink.state, rig.uplink.isSuspect, rig.lost]).toEqual(['live', false, []]);
    rig.pass(2_900);
    expect(rig.uplink.state).toBe('live');
    rig.pass(1_500);
    expect(rig.lost).toHaveLength(1);
  });
});

describe('a rest', () => {
  test('is as long as the limits say, and not the same for all', () => {
    const lengths: number[] = [];
    goLive();
    for (let i = 0; i < 200; i++) {
      rig.uplink.end(rig.now, 'over');
      const began = rig.now;
      while (rig.uplink.state === 'resting') rig.pass(1);
      lengths.push(rig.now - began);
    }
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(LIMITS.reconnectMs);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.reconnectMaxMs + 4);
    expect(new Set(lengths).size).toBeGreaterThan(50);
  });

  test('hears nothing but the proof that calls were not executed', () => {
    goLive();
    const late = rig.welcomeFrames();
    rig.uplink.end(0, 'over');
    expect(rig.receive(late)).toBeUndefined();
    expect(rig.uplink.handleLost(0)).toBeUndefined();
    expect(rig.refuse({ session: 101, calls: [7] })).toMatchObject({ kind: 'refused', refused: { calls: [7] } });
    expect(rig.uplink.state).toBe('resting');
  });
});

describe('stop', () => {
  test('says why, hangs up and stays silent', () => {
    goLive();
    rig.hellos();
    rig.uplink.stop(rig.now, 'drained');
    const [bye] = rig.take(BYE.type);
    expect(readMap(firstRecord(bye!.frames), BYE)).toEqual({ why: 'drained' });
    expect([rig.uplink.state, rig.hungUp, rig.timers.size]).toEqual(['idle', [1], 0]);
    rig.pass(60_000);
    expect([rig.uplink.handleLost(rig.now), rig.timers.size, rig.hellos()]).toEqual([undefined, 0, []]);
  });

  test('sends what was gathered before it', () => {
    goLive();
    rig.sent = [];
    writeHeartbeat(rig.uplink.channel!);
    rig.uplink.stop(rig.now, 'closed');
    rig.poll();
    expect(rig.sent.flatMap(({ frames }) => recordTypes(frames))).toEqual([HEARTBEAT.type, BYE.type]);
  });

  test('says nothing where there is no session', () => {
    rig.hellos();
    rig.uplink.stop(0, 'closed');
    rig.poll();
    expect([rig.sent, rig.hungUp]).toEqual([[], [1]]);
  });

  test('hangs up a link once only', () => {
    goLive();
    rig.uplink.end(0, 'over');
    rig.uplink.stop(0, 'closed');
    rig.uplink.stop(0, 'closed');
    expect(rig.hungUp).toEqual([1]);
  });
});
