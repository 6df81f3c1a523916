import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { seededRandom } from '../random.ts';
import { brokerSources } from './broker-source.ts';
import type { NameTrouble } from './broker-watch.ts';
import { BrokerWatch } from './broker-watch.ts';
import { FakeClock } from './fake-clock.test-kit.ts';
import { FakeResolver, notFound } from './fake-resolver.test-kit.ts';

const [X, Y] = ['dns://x.example:1', 'dns+srv://_y._tcp.example'];
const [A, B, C] = ['tcp://10.0.0.1:1', 'tcp://10.0.0.2:1', 'tcp://10.0.0.3:1'];
/** As long as a period can be at most. */
const PERIOD_MS = LIMITS.lookupMs * 1.1;

class Rig {
  readonly clock = new FakeClock();
  readonly resolver: FakeResolver;
  readonly lists: string[] = [];
  readonly troubles: NameTrouble[] = [];
  readonly lines: string[] = [];
  readonly watch: BrokerWatch;

  constructor(list: readonly string[], answers: Readonly<Record<string, readonly string[] | Error>>, keepMs = 0) {
    this.resolver = new FakeResolver(answers);
    const line = (level: string) => (_: object, message: string) => void this.lines.push(`${level} ${message}`);
    this.watch = new BrokerWatch({
      sources: brokerSources(list),
      resolver: (name) => this.resolver.resolve(name),
      clock: this.clock,
      random: seededRandom(1),
      logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      keepMs,
      onList: (endpoints) => this.lists.push(endpoints.join(' ')),
      onTrouble: (trouble) => this.troubles.push(trouble),
    });
  }

  /** Starts it, with a session live. */
  async start(): Promise<this> {
    this.watch.start();
    this.watch.setLive(true);
    await this.clock.endTurn();
    return this;
  }

  async answer(text: string, answer: readonly string[] | Error): Promise<void> {
    this.resolver.set(text, answer);
    await this.clock.advance(PERIOD_MS);
  }
}

describe('the list', () => {
  test('has what each name leads to in the place of the name, each endpoint once', async () => {
    const rig = await new Rig([B, X, 'ipc:///z', Y], { [X]: [A, B], [Y]: [C, A] }).start();
    expect(rig.lists.at(-1)).toBe(`${B} ${A} ipc:///z ${C}`);
  });

  test('is given when it has changed, and not when it has not', async () => {
    const rig = await new Rig([X], { [X]: [A] }).start();
    await rig.clock.advance(PERIOD_MS * 3);
    expect(rig.lists).toEqual([A]);
    await rig.answer(X, [B, A]);
    await rig.answer(X, [B]);
    expect(rig.lists).toEqual([A, `${B} ${A}`, B]);
    expect(rig.lines).toEqual([A, `${B}, ${A}`, B].map((list) => `info the brokers are now ${list}`));
  });

  test('does not wait for a name that does not answer', async () => {
    const rig = await new Rig([X, Y], { [Y]: [B] }).start();
    expect(rig.lists).toEqual([B]);
    expect(rig.watch.troubles).toEqual([{ endpoint: X, trouble: 'the name server has not answered yet' }]);
    await rig.clock.advance(PERIOD_MS * 5);
    expect(rig.resolver.asked.filter((text) => text === X)).toHaveLength(1);
    rig.resolver.set(X, [A]);
    await rig.clock.endTurn();
    expect([rig.lists.at(-1), rig.watch.troubles]).toEqual([`${A} ${B}`, []]);
  });

  test('of endpoints alone costs nothing', async () => {
    const rig = await new Rig([A, B], {}).start();
    rig.watch.setLive(false);
    expect([rig.clock.timersSet, rig.lists, rig.watch.troubles]).toEqual([0, [], []]);
  });

  test('keeps what a name no longer leads to for as long as it is told to, behind the rest', async () => {
    const rig = await new Rig([X], { [X]: [A, B] }, LIMITS.lookupKeepMs).start();
    rig.resolver.set(X, [B]);
    await rig.clock.advance(LIMITS.lookupKeepMs);
    expect(rig.lists).toEqual([`${A} ${B}`, `${B} ${A}`]);
    await rig.clock.advance(PERIOD_MS * 2);
    expect(rig.lists.slice(2)).toEqual([B]);
  });

  test('keeps one that comes back meanwhile, and counts anew', async () => {
    const rig = await new Rig([X], { [X]: [A, B] }, LIMITS.lookupKeepMs).start();
    rig.resolver.set(X, [A]);
    await rig.clock.advance(LIMITS.lookupKeepMs / 2);
    await rig.answer(X, [A, B]);
    rig.resolver.set(X, [A]);
    await rig.clock.advance(LIMITS.lookupKeepMs - PERIOD_MS);
    expect(rig.lists).toEqual([`${A} ${B}`]);
  });
});

describe('what goes wrong', () => {
  const cases: readonly [string, readonly string[] | Error, string][] = [
    ['a failure', notFound(), 'the name is not known'],
    ['an empty answer', [], 'the answer is empty'],
    ['an answer that cannot be dialled', ['tcp://10.0.0.1:0'], 'to connect it takes a port between 1 and 65535'],
    ['one that ZeroMQ would throw at', ['tcp://-a:1', 'tcp://_x.b:1', 'tcp://ü:1'], 'neither a name nor an address'],
  ];
  test.each(cases)('%s leaves the list as it was, and is told once', async (_, answer, why) => {
    const rig = await new Rig([X], { [X]: [A, B] }).start();
    await rig.answer(X, answer);
    await rig.clock.advance(PERIOD_MS * 4);
    expect(rig.lists).toEqual([`${A} ${B}`]);
    expect(rig.troubles).toMatchObject([{ endpoint: X }]);
    expect(rig.troubles[0]!.trouble).toContain(why);
    expect(rig.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(rig.lines.at(-1)).toMatch(/^warn dns:\/\/x\.example:1 .*; going on with the 2 known from it$/);
    expect(rig.watch.troubles).toEqual(rig.troubles);
    await rig.answer(X, [B]);
    expect([rig.lists.at(-1), rig.watch.troubles]).toEqual([B, []]);
    expect(rig.lines.at(-1)).toBe(`info ${X} leads to brokers again`);
    await rig.answer(X, answer);
    expect(rig.troubles).toHaveLength(2);
  });

  test('of several, those that can be dialled are used', async () => {
    const rig = await new Rig([X], { [X]: ['nonsense', A] }).start();
    expect(rig.lists).toEqual([A]);
    expect(rig.troubles).toHaveLength(1);
    expect(rig.troubles[0]!.trouble).toContain('"nonsense"');
  });

  test('a name that leads to very many gives the first of them', async () => {
    const many = Array.from({ length: 70 }, (_, i) => `tcp://10.0.1.${i}:1`);
    const rig = await new Rig([X], { [X]: many }).start();
    expect(rig.lists).toEqual([many.slice(0, LIMITS.brokersPerNameMax).join(' ')]);
    expect(rig.troubles).toMatchObject([{ trouble: 'it leads to 70, of which 64 are used' }]);
  });

  test('a resolver that throws at once has failed, nothing more', async () => {
    const rig = new Rig([X], {});
    rig.resolver.resolve = () => {
      throw new Error('not today');
    };
    await rig.start();
    expect(rig.troubles).toEqual([{ endpoint: X, trouble: 'the lookup failed: not today' }]);
    await rig.clock.advance(PERIOD_MS * 2);
    expect([rig.lists, rig.troubles.length]).toEqual([[], 1]);
  });
});

describe('when names are looked up', () => {
  test('once a period while a session is live', async () => {
    const rig = await new Rig([X], { [X]: [A] }).start();
    await rig.clock.advance(LIMITS.lookupMs * 0.9 - 1);
    expect(rig.resolver.asked).toHaveLength(1);
    await rig.clock.advance(LIMITS.lookupMs * 0.2 + 2);
    expect(rig.resolver.asked).toHaveLength(2);
  });

  test('at once when the last session is lost, and every second until there is one', async () => {
    const rig = await new Rig([X], { [X]: [A] }).start();
    await rig.clock.advance(LIMITS.lookupMs / 2);
    rig.watch.setLive(false);
    await rig.clock.advance(1);
    expect(rig.resolver.asked).toHaveLength(2);
    await rig.clock.advance(LIMITS.lookupHurryMs * 3);
    expect(rig.resolver.asked).toHaveLength(5);
    rig.watch.setLive(true);
    await rig.clock.advance(LIMITS.lookupMs / 2);
    expect(rig.resolver.asked).toHaveLength(5);
  });

  test('never more often than that, however often sessions come and go', async () => {
    const rig = await new Rig([X], { [X]: [A] }).start();
    for (let i = 0; i < 50; i++) {
      rig.watch.setLive(i % 2 === 1);
      await rig.clock.advance(100);
    }
    expect(rig.resolver.asked.length).toBeLessThanOrEqual(6);
    expect(rig.clock.timers).toHaveLength(1);
  });

  test('never again after the end; a late answer is dropped', async () => {
    const rig = await new Rig([X], {}).start();
    rig.watch.close();
    rig.resolver.set(X, [A]);
    await rig.clock.endTurn();
    await rig.clock.advance(PERIOD_MS * 2);
    expect([rig.lists, rig.clock.timers, rig.resolver.asked.length]).toEqual([[], [], 1]);
  });
});
