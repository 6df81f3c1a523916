import { describe, expect, test } from 'vitest';
import type { Instant, PeerChange, PeerId, Refusal, Session, Transmit } from '../session.ts';
import { FakeClock } from './fake-clock.test-kit.ts';
import type { DriverOptions } from './session-driver.ts';
import { SessionDriver } from './session-driver.ts';
import type { SendResult } from './transport.ts';

/** A session that notes what it is told and says what the test has put into it. */
class ScriptedSession implements Session<string, string> {
  readonly heard: string[] = [];
  readonly transmits: Transmit[] = [];
  readonly full: Transmit[] = [];
  readonly events: string[] = [];
  timeout: Instant | undefined;
  /** Called with what was heard; a test may change the session, or throw. */
  onHeard: (what: string) => void = () => undefined;

  handleMessage(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void {
    this.#hear(`${now} message ${peer} ${frames.length}`);
  }
  handlePeer(now: Instant, peer: PeerId, change: PeerChange): void {
    this.#hear(`${now} peer ${peer} ${change}`);
  }
  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void {
    this.#hear(`${now} refused ${transmit.peer} ${why}`);
  }
  handleCommand(now: Instant, command: string): void {
    this.#hear(`${now} command ${command}`);
  }
  handleTimeout(now: Instant): void {
    this.timeout = undefined;
    this.#hear(`${now} timeout`);
  }
  get hasFull(): boolean {
    return this.full.length > 0;
  }
  pollFull(): Transmit | undefined {
    return this.full.shift();
  }

  pollTransmit(): Transmit | undefined {
    return this.transmits.shift();
  }
  pollTimeout(): Instant | undefined {
    return this.timeout;
  }
  pollEvent(): string | undefined {
    return this.events.shift();
  }

  #hear(what: string): void {
    this.heard.push(what);
    this.onHeard(what);
  }
}

/** A driver over a scripted session, and everything that came out of it. */
function drive(more: Partial<DriverOptions<string, string>> = {}): Driven {
  const [session, clock] = [new ScriptedSession(), new FakeClock()];
  const driven: Driven = { session, clock, out: [], crashes: [], results: [], driver: undefined! };
  driven.driver = new SessionDriver<string, string>({
    session,
    clock,
    send: ({ peer }) => {
      driven.out.push(`send ${peer}`);
      return Promise.resolve(driven.results.shift() ?? 'sent');
    },
    onEvent: (event) => driven.out.push(`event ${event}`),
    onCrash: (thrown) => driven.crashes.push(thrown),
    ...more,
  });
  return driven;
}

interface Driven {
  readonly session: ScriptedSession;
  readonly clock: FakeClock;
  readonly out: string[];
  readonly crashes: unknown[];
  /** What the next sends come to. */
  readonly results: SendResult[];
  driver: SessionDriver<string, string>;
}

const to = (peer: PeerId): Transmit => ({ peer, frames: [new Uint8Array(1)] });

describe('feeding', () => {
  test('passes on what happens with the time at which it does', () => {
    const { driver, session, clock } = drive();
    driver.message(7, [new Uint8Array(1), new Uint8Array(2)]);
    clock.time = 1_002;
    driver.peer(7, 'disconnected');
    driver.command('go');
    expect(session.heard).toEqual(['1000 message 7 2', '1002 peer 7 disconnected', '1002 command go']);
  });

  test('hands out the events of a message at once, and those of a command at the end of the turn', async () => {
    const { driver, session, clock, out } = drive();
    session.events.push('a', 'b');
    driver.message(1, []);
    expect(out).toEqual(['event a', 'event b']);
    session.events.push('c');
    driver.command('go');
    expect(out).toEqual(['event a', 'event b']);
    await clock.endTurn();
    expect(out).toEqual(['event a', 'event b', 'event c']);
  });

  test('hands out the events of a method called directly at the end of the turn, or at once if it is to', async () => {
    const { driver, session, clock, out } = drive();
    session.events.push('a');
    session.transmits.push(to(1));
    driver.wake();
    expect(out).toEqual([]);
    await clock.endTurn();
    expect(out).toEqual(['event a', 'send 1']);
    session.events.push('b');
    session.transmits.push(to(2));
    driver.advance();
    expect(out).toEqual(['event a', 'send 1', 'event b']);
    await clock.endTurn();
    expect(out).toEqual(['event a', 'send 1', 'event b', 'send 2']);
  });

  test('keeps the order of events when their consumer feeds the driver', () => {
    const seen: string[] = [];
    const { driver, session } = drive({
      onEvent: (event) => {
        seen.push(event);
        if (event === 'a') {
          session.events.push('c');
          driver.message(2, []);
          seen.push('fed');
        }
      },
    });
    session.events.push('a', 'b');
    driver.message(1, []);
    expect(seen).toEqual(['a', 'fed', 'b', 'c']);
  });
});

describe('flushing', () => {
  test('sends what a whole turn has made once, when the turn ends', async () => {
    const { driver, session, clock, out } = drive();
    for (let i = 0; i < 1_000; i++) driver.command('call');
    driver.message(1, []);
    driver.wake();
    session.transmits.push(to(1), to(2));
    expect(clock.flushesDue).toBe(1);
    expect(out).toEqual([]);
    await clock.endTurn();
    expect(out).toEqual(['send 1', 'send 2']);
    expect(clock.flushesDue).toBe(0);
  });

  test('waits for the fate of a message before it sends the next', async () => {
    const settle: ((result: SendResult) => void)[] = [];
    const { driver, session, clock } = drive({ send: () => new Promise((resolve) => settle.push(resolve)) });
    session.transmits.push(to(1), to(1));
    driver.wake();
    await clock.endTurn();
    expect(settle).toHaveLength(1);
    // More comes in meanwhile: it does not start a second flush beside the first.
    session.transmits.push(to(2));
    driver.wake();
    await clock.endTurn();
    expect(settle).toHaveLength(1);
    settle[0]!('sent');
    await clock.endTurn();
    expect(settle).toHaveLength(2);
    settle[1]!('sent');
    await clock.endTurn();
    expect(settle).toHaveLength(3);
  });

  test('gives a refused message back before it polls for another', async () => {
    const { driver, session, clock, out, results } = drive();
    results.push('full', 'sent', 'gone');
    session.transmits.push(to(1), to(2), to(3));
    session.onHeard = (what) => {
      if (what.includes('refused 1')) session.transmits.splice(0, 1, to(4));
    };
    driver.wake();
    await clock.endTurn();
    expect(session.heard).toEqual(['1000 refused 1 full', '1000 refused 3 gone']);
    expect(out).toEqual(['send 1', 'send 4', 'send 3']);
  });

  test('hands out what a refusal led to, and sends what an event led to', async () => {
    const { driver, session, clock, out, results } = drive();
    results.push('gone');
    session.transmits.push(to(1));
    session.onHeard = () => session.events.push('lost');
    driver.wake();
    await clock.endTurn();
    expect(out).toEqual(['send 1', 'event lost']);

    session.events.push('before');
    driver.wake();
    session.transmits.push(to(2));
    await clock.endTurn();
    expect(out.slice(2)).toEqual(['event before', 'send 2']);
  });
});

describe('a message that is full', () => {
  test('leaves at once, and the others when the turn ends', async () => {
    const { driver, session, clock, out } = drive();
    session.transmits.push(to(1));
    session.full.push(to(2), to(3));
    driver.wake();
    expect(out).toEqual(['send 2']);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(out).toEqual(['send 2', 'send 3']);
    await clock.endTurn();
    expect(out).toEqual(['send 2', 'send 3', 'send 1']);
  });

  test('that the transport is slow to take does not hold up the others for ever', async () => {
    const settle: ((result: SendResult) => void)[] = [];
    const { driver, session, clock } = drive({ send: () => new Promise((resolve) => settle.push(resolve)) });
    session.full.push(to(1));
    driver.wake();
    session.transmits.push(to(2));
    await clock.endTurn();
    expect(settle).toHaveLength(1);
    settle[0]!('sent');
    await clock.endTurn();
    expect(settle).toHaveLength(2);
  });

  test('that is refused is given back', async () => {
    const { driver, session, clock, results } = drive();
    results.push('full');
    session.full.push(to(7));
    driver.message(7, []);
    await clock.endTurn();
    expect(session.heard).toEqual(['1000 message 7 0', '1000 refused 7 full']);
  });
});

describe('the timer', () => {
  test('goes off when the session wants it, and what follows is flushed', async () => {
    const { driver, session, clock, out } = drive();
    session.timeout = 1_050;
    session.onHeard = (what) => {
      if (!what.endsWith('timeout')) return;
      session.events.push('late');
      session.transmits.push(to(1));
    };
    driver.wake();
    await clock.endTurn();
    await clock.advance(49);
    expect(session.heard).toEqual([]);
    await clock.advance(1);
    expect(session.heard).toEqual(['1050 timeout']);
    expect(out).toEqual(['event late', 'send 1']);
    expect(clock.timers).toEqual([]);
  });

  test('is left alone when the session wants a later time, and set again for the rest', async () => {
    const { driver, session, clock } = drive();
    session.timeout = 1_010;
    driver.wake();
    await clock.endTurn();
    for (let i = 0; i < 100; i++) {
      session.timeout = 1_500 + i;
      driver.wake();
      await clock.endTurn();
    }
    expect(clock.timersSet).toBe(1);
    await clock.advance(10);
    // Too early: the session is not bothered, the timer goes on to the real time.
    expect(session.heard).toEqual([]);
    expect(clock.timers.map(({ at }) => at)).toEqual([1_599]);
  });

  test('is set anew when the session wants an earlier time', async () => {
    const { driver, session, clock } = drive();
    session.timeout = 1_500;
    driver.wake();
    await clock.endTurn();
    session.timeout = 1_020;
    driver.wake();
    await clock.endTurn();
    expect(clock.timers.map(({ at }) => at)).toEqual([1_020]);
  });

  test('goes off at once for a time that has passed', async () => {
    const { driver, session, clock } = drive();
    session.timeout = 400;
    driver.wake();
    await clock.endTurn();
    await clock.advance(0);
    expect(session.heard).toEqual(['1000 timeout']);
  });

  test('keeps the process alive, unless it shall not', async () => {
    for (const unrefTimer of [false, true]) {
      const { driver, session, clock } = drive({ unrefTimer });
      session.timeout = 2_000;
      driver.wake();
      await clock.endTurn();
      expect(clock.timers[0]!.isUnref).toBe(unrefTimer);
    }
  });
});

describe('closing', () => {
  test('sends what is left, then takes in nothing', async () => {
    const { driver, session, clock, out } = drive();
    session.timeout = 1_100;
    driver.wake();
    await clock.endTurn();
    session.transmits.push(to(1), to(2));
    session.events.push('bye');
    await driver.close();
    expect(out).toEqual(['event bye', 'send 1', 'send 2']);
    expect(clock.timers).toEqual([]);

    session.transmits.push(to(3));
    session.events.push('late');
    driver.message(1, []);
    driver.command('late');
    driver.peer(1, 'disconnected');
    driver.wake();
    await clock.endTurn();
    await driver.close();
    expect([session.heard, out.length]).toEqual([[], 3]);
  });

  test('waits for the message under way', async () => {
    const settle: ((result: SendResult) => void)[] = [];
    const { driver, session, clock } = drive({ send: () => new Promise((resolve) => settle.push(resolve)) });
    session.transmits.push(to(1));
    driver.wake();
    await clock.endTurn();
    let isClosed = false;
    const closed = driver.close().then(() => (isClosed = true));
    session.transmits.push(to(2));
    await clock.endTurn();
    expect(isClosed).toBe(false);
    settle[0]!('sent');
    await clock.endTurn();
    settle[1]!('sent');
    await closed;
    expect(isClosed).toBe(true);
  });
});

describe('a bug', () => {
  const steps: Record<string, (driven: Driven) => void> = {
    handleMessage: ({ driver }) => driver.message(1, []),
    handlePeer: ({ driver }) => driver.peer(1, 'connected'),
    handleCommand: ({ driver }) => driver.command('x'),
    handleRefused: ({ driver, session, results }) => {
      session.transmits.push(to(1));
      results.push('full');
      driver.wake();
    },
    handleTimeout: ({ driver, session }) => {
      session.timeout = 0;
      driver.wake();
    },
    pollFull: ({ driver, session }) => {
      session.full.push(to(1));
      driver.wake();
    },
    pollTransmit: ({ driver }) => driver.wake(),
    pollTimeout: ({ driver }) => driver.wake(),
    pollEvent: ({ driver }) => driver.wake(),
  };

  test.each(Object.keys(steps))('in %s is told once and stops the driver', async (method) => {
    const driven = drive();
    const { session, clock, driver, crashes, out } = driven;
    const bug = new Error('bug');
    Object.assign(session, {
      [method]: () => {
        throw bug;
      },
    });
    steps[method]!(driven);
    await clock.endTurn();
    await clock.advance(10);
    expect(crashes).toEqual([bug]);

    const before = out.length;
    session.transmits.push(to(9));
    session.events.push('never');
    driver.message(1, []);
    driver.command('x');
    await clock.endTurn();
    await driver.close();
    expect([crashes.length, out.length, clock.timers.length]).toEqual([1, before, 0]);
  });

  test('in the consumer of an event, or in a send, is told too', async () => {
    const bug = new Error('bug');
    for (const broken of [
      {
        onEvent: () => {
          throw bug;
        },
      },
      { send: () => Promise.reject(bug) },
    ]) {
      const { driver, session, clock, crashes } = drive(broken);
      session.events.push('a');
      session.transmits.push(to(1));
      driver.wake();
      await clock.endTurn();
      expect(crashes).toEqual([bug]);
    }
  });
});
