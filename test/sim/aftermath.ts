import { encodeValue } from '@reeve/protocol';
import type { SimulatedCall, SimulatedWorker } from '@reeve/testing/world';
import { Impostor, RUSES, SUCCESSOR } from './impostor.ts';
import { ONCE, TWICE } from './methods.ts';
import type { Storm } from './storm.ts';
import { short } from './witness.ts';

/**
 * Troubles that come one at a time, when all else is in order: what each may cost can then be told to the call. In the
 * storm itself too much happens at once for that.
 */
export class Aftermath {
  /** What was not as it should be, by rule. */
  readonly broken: { readonly rule: string; readonly what: string; readonly callId?: string }[] = [];
  readonly #storm: Storm;

  constructor(storm: Storm) {
    this.#storm = storm;
  }

  run(): void {
    this.#impostors();
    this.#blackHole();
    this.#oneBrokerLess();
    this.#brokerReplaced();
    this.#givenUp();
  }

  /** Peers that break the protocol lose their own sessions by it, and nobody else does. */
  #impostors(): void {
    const { world, witness, brokers, strangers } = this.#storm;
    const { endpoint } = this.#storm.pick(brokers);
    const lost = this.#sessionsLost();
    const heir = new Impostor(world, SUCCESSOR.name, endpoint, SUCCESSOR);
    heir.succeed(witness.latestSessions());
    const others = RUSES.map((ruse) => new Impostor(world, ruse.name, endpoint, ruse));
    strangers.push(heir, ...others);
    world.run(HEARTBEATS_MS);
    for (const { name, wasWelcome, wasDismissed } of others) {
      if (wasWelcome && !wasDismissed) this.#say('I1', `${name} keeps its session`);
    }
    const gone = this.#sessionsLost() - lost;
    if (gone > 0) this.#say('I1', `${gone} sessions were lost to impostors`);
    for (const impostor of [heir, ...others]) impostor.kill();
  }

  /** A worker fails everything at once. What it could be given is bounded, whatever is asked for. */
  #blackHole(): void {
    const { world, brokers, clients, versatile } = this.#storm;
    const worker = versatile.at(-1)!;
    // Each broker judges for itself: with several the bound would be several times as high.
    if (brokers.length > 1 || versatile.length < 2) return;
    worker.isBlackHole = true;
    const calls: SimulatedCall[] = [];
    for (const client of clients) {
      const start = (): void => {
        if (calls.length >= SWALLOWABLE) return;
        const call = client.call(TWICE, encodeValue([client.name, client.calls.length, 'hole']));
        calls.push(call);
        call.handleSettled = () => world.agenda.add(world.now, start);
      };
      for (let n = 0; n < AT_ONCE; n++) start();
    }
    world.run(LAST_MS * 2);
    worker.isBlackHole = false;
    const swallowed = calls.filter(
      ({ outcome }) => outcome?.ok === false && outcome.failure.reason === 'handler_error',
    );
    if (swallowed.length <= SWALLOWED_MAX) return;
    this.#say('H1', `${worker.name}, which fails everything, was given ${swallowed.length} of ${calls.length} calls`);
  }

  /** One broker of several is gone: the others do all the work. */
  #oneBrokerLess(): void {
    const { world, brokers, clients } = this.#storm;
    if (brokers.length === 1) return;
    const broker = this.#storm.pick(brokers);
    broker.kill();
    world.run(NOTICED_MS);
    for (const client of clients) this.#storm.makeLastCalls(client, 5);
    world.run(LAST_MS);
    broker.restart();
    world.run(LAST_MS);
  }

  /** A broker dies as a handler is at work that must not be started twice, and is back at once: the result counts. */
  #brokerReplaced(): void {
    const { world, brokers, clients } = this.#storm;
    const client = clients[0]!;
    this.#storm.calmMs = REPLACED_MS;
    const call = client.call(ONCE, encodeValue([client.name, client.calls.length, 'replaced']), { timeoutMs: 30_000 });
    world.run(REPLACED_MS / 2);
    this.#storm.calmMs = 1;
    const broker = brokers.find(({ core }) => core.sizes()['dispatchedCalls'] === 1);
    if (broker === undefined) return this.#say('L1', `${short(call.id)} was not dispatched though all is calm`);
    broker.kill();
    broker.restart();
    world.run(LAST_MS + REPLACED_MS);
    if (call.outcome?.ok === true) return;
    this.broken.push({ rule: 'L1', callId: call.id, what: `the result of ${short(call.id)} was lost with its broker` });
  }

  /** Callers give up: handlers are told, and what has not begun never does. */
  #givenUp(): void {
    const storm = this.#storm;
    const { world, workers, clients } = storm;
    const calls: SimulatedCall[] = [];
    storm.calmMs = GIVEN_UP_MS;
    for (const client of clients) {
      for (const [method, timeoutMs] of [
        [TWICE, 30_000],
        [ONCE, 30_000],
        [ONCE, PATIENCE_MS],
      ] as const) {
        const call = client.call(method, encodeValue([client.name, client.calls.length, 'given up']), { timeoutMs });
        calls.push(call);
        if (timeoutMs > PATIENCE_MS) world.agenda.add(world.now + PATIENCE_MS, () => client.cancel(call));
      }
    }
    world.run(GIVEN_UP_MS + 2 * PATIENCE_MS);
    storm.calmMs = 1;
    for (const call of calls) for (const worker of workers) this.#checkGivenUp(call, worker);
  }

  #checkGivenUp({ id, endedAt = 0 }: SimulatedCall, worker: SimulatedWorker): void {
    const say = (what: string): void => void this.broken.push({ rule: 'C1', callId: id, what: `${short(id)} ${what}` });
    const start = worker.starts.find(({ callId }) => callId === id);
    if (start === undefined) return;
    if (start.at > endedAt + HEARD_MS)
      return say(`began ${(start.at - endedAt).toFixed(0)} ms after its caller gave up`);
    if ([...worker.aborted].some((dispatch) => dispatch.callId === id)) return;
    if ((start.endedAt ?? Infinity) > endedAt + HEARD_MS)
      say('went on, and its handler was not told that nobody waits');
  }

  /** How many sessions clients and workers have lost so far. */
  #sessionsLost(): number {
    const { clients, workers } = this.#storm;
    const events = [...clients, ...workers].flatMap((node) => node.events as { readonly kind: string }[]);
    return events.filter(({ kind }) => kind === 'disconnected').length;
  }

  #say(rule: string, what: string): void {
    this.broken.push({ rule, what });
  }
}

/** How long a call may take when all else is in order. */
export const LAST_MS = 2_000;
/** Time for every peer to say something, and to hear that its session is over. */
const HEARTBEATS_MS = 2_500;
/** Longer than it takes until a connection that was cut is known to be. */
const NOTICED_MS = 300;
/** How long a handler takes whose broker is replaced: half of it long for a message, all of it within `recoverMs`. */
const REPLACED_MS = 400;
/** How long callers wait, and how long the handlers would take. */
const PATIENCE_MS = 300;
const GIVEN_UP_MS = 3_000;
/** Two messages one after the other, a turn at each, and a tick. */
const HEARD_MS = 100;
const AT_ONCE = 4;
/** As many calls of a worker as are remembered: most of them have failed before the last. */
const SWALLOWED_MAX = 50;
/** In a pool of four it would still be given more than that, if it were given its share. */
const SWALLOWABLE = 240;
