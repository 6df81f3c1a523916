import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeEndpoint } from '../processes/fleet.ts';
import { bundleOf, bundlePrograms } from '../support/bundle.ts';
import { sharedNow } from './journal.ts';
import { ProcessMember } from './process-member.ts';
import { Proxy } from './proxy.ts';
import type { Fault, Targets } from './schedule.ts';
import { Wire } from './wire.ts';

/**
 * The processes of a run and the ways between them: two brokers, four workers, three clients. `worker-3` and `client-2`
 * reach the brokers through proxies, `worker-4` over the wire of a network namespace, where one can be made.
 */
export class Fleet {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'reeve-chaos-'));
  /** What was done, and how long its effects last at least. */
  readonly deeds: Deed[] = [];
  /** Why there is no wire. */
  readonly wireless: string | undefined;
  readonly #wire: Wire | undefined;
  readonly #ports: readonly number[];
  readonly #links = new Map<string, Proxy[]>();
  /** What the brokers are reached by from the near end of the wire. */
  readonly #bridges: Proxy[] = [];
  readonly #endpoints = new Map<string, readonly string[]>();
  readonly #members = new Map<string, ProcessMember>();
  readonly #lives = new Map<string, number>();
  #isOver = false;

  private constructor(ports: readonly number[], wire: Wire | string) {
    this.#ports = ports;
    this.#wire = typeof wire === 'string' ? undefined : wire;
    this.wireless = typeof wire === 'string' ? wire : undefined;
  }

  /** Starts everything. `claim` is given the fleet before its first process is there, to end it in any case. */
  static async start(claim: (fleet: Fleet) => void): Promise<Fleet> {
    const ports = await Promise.all(BROKERS.map(freePort));
    const fleet = new Fleet(ports, await Wire.make());
    claim(fleet);
    try {
      bundlePrograms(PROGRAMS, fleet.folder);
      await fleet.#layLinks();
      await fleet.#layWire();
      for (const names of [BROKERS, WORKERS, CLIENTS]) {
        for (const name of names) fleet.#launch(name);
        for (const name of names) await fleet.#member(name).ready();
      }
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  get targets(): Targets {
    return { ...ALL_TARGETS, wires: this.#wire === undefined ? [] : ALL_TARGETS.wires };
  }

  journal(what: 'calls' | 'starts' | 'notices'): string {
    return join(this.folder, what);
  }

  /** Lets the clients call. */
  go(): void {
    for (const name of CLIENTS) this.#member(name).send('go');
  }

  /** Lets the clients end what is outstanding. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(
      CLIENTS.map(async (name) => {
        this.#member(name).send('stop');
        await this.#member(name).said(FINISH_MS);
      }),
    );
  }

  /** Does one thing. Resolves when it is undone. */
  async do(fault: Fault): Promise<void> {
    const { target, act, forMs = 0 } = fault;
    const at = sharedNow();
    const deed: Deed = { ...fault, at, until: at + forMs, life: this.#label(target) };
    this.deeds.push(deed);
    if (target === WIRE) await this.#cut(forMs);
    else if (target.startsWith('link-')) await this.#spoil(target, act as 'reset', forMs);
    else if (act === 'stop') await this.#stop(target, forMs);
    else await this.#replace(target, act === 'kill' ? 'SIGKILL' : 'SIGTERM');
    deed.until = sharedNow();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#members.values()].map((member) => member.end()));
    await Promise.all([...this.#bridges, ...[...this.#links.values()].flat()].map((proxy) => proxy.close()));
    await this.#wire?.remove();
  }

  /** Removes what was written down. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #layLinks(): Promise<void> {
    for (const name of LINKED) {
      const proxies = this.#ports.map((port) => new Proxy(port));
      this.#links.set(`link-${name}`, proxies);
      this.#endpoints.set(name, await Promise.all(proxies.map((proxy) => proxy.listen())));
    }
  }

  async #layWire(): Promise<void> {
    if (this.#wire === undefined) return;
    const ways: string[] = [];
    for (const port of this.#ports) {
      const path = join(this.folder, `bridge-${port}`);
      const bridge = new Proxy(port);
      await bridge.listenAt(path);
      this.#bridges.push(bridge);
      ways.push(String(port), path);
    }
    const member = new ProcessMember('bridge', this.#program('bridge'), [Wire.address, ...ways], this.#wire.near);
    this.#members.set('bridge', member);
    await member.ready();
    const endpoints = this.#ports.map((port) => `tcp://${Wire.address}:${port}`);
    this.#endpoints.set('worker-4', endpoints);
  }

  #launch(name: string): ProcessMember {
    this.#lives.set(name, (this.#lives.get(name) ?? 0) + 1);
    const member = this.#spawn(name);
    this.#members.set(name, member);
    return member;
  }

  #spawn(name: string): ProcessMember {
    const endpoints = this.#endpoints.get(name) ?? this.#ports.map((port) => `tcp://127.0.0.1:${port}`);
    if (name.startsWith('broker')) {
      const port = this.#ports[BROKERS.indexOf(name)];
      const args = [this.journal('notices'), name, `tcp://127.0.0.1:${port}`];
      return new ProcessMember(name, this.#program('broker'), args);
    }
    if (name.startsWith('worker')) {
      const namespace = name === 'worker-4' ? this.#wire?.far : undefined;
      const args = [this.journal('starts'), this.#label(name), ...endpoints];
      return new ProcessMember(name, this.#program('worker'), args, namespace);
    }
    const policy = name === 'client-3' ? 'round-robin' : 'failover';
    const args = [this.journal('calls'), name, policy, String(CALLS_PER_SECOND), ...endpoints];
    return new ProcessMember(name, this.#program('client'), args);
  }

  #program(name: string): string {
    return bundleOf(name, this.folder);
  }

  /** Name and life of a process, as it is known where it is listed. */
  #label(name: string): string {
    return `${name}.${this.#lives.get(name) ?? 0}`;
  }

  #member(name: string): ProcessMember {
    return this.#members.get(name)!;
  }

  async #replace(name: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const member = this.#member(name);
    member.signal(signal);
    await member.exited();
    if (this.#isOver) return;
    await this.#launch(name).ready();
  }

  async #stop(name: string, forMs: number): Promise<void> {
    const member = this.#member(name);
    member.signal('SIGSTOP');
    await pause(forMs);
    member.signal('SIGCONT');
  }

  async #spoil(link: string, act: 'halfOpen' | 'blackhole' | 'reset' | 'slow', forMs: number): Promise<void> {
    const proxies = this.#links.get(link)!;
    for (const proxy of proxies) proxy.set(act);
    if (act !== 'reset') await pause(forMs);
    for (const proxy of proxies) proxy.set('pass');
  }

  async #cut(forMs: number): Promise<void> {
    await this.#wire!.cut();
    await pause(forMs);
    await this.#wire!.mend();
  }
}

/** A fault as it was done. */
export interface Deed extends Fault {
  /** On the shared clock. */
  readonly at: number;
  until: number;
  /** Which life of a process it struck. */
  readonly life: string;
}

function pause(ms: number): Promise<void> {
  return new Promise((next) => setTimeout(next, ms));
}

async function freePort(): Promise<number> {
  return Number((await freeEndpoint()).split(':').at(-1));
}

const BROKERS = ['broker-1', 'broker-2'];
const WORKERS = ['worker-1', 'worker-2', 'worker-3', 'worker-4'];
const CLIENTS = ['client-1', 'client-2', 'client-3'];
const PROGRAMS = ['bridge', 'broker', 'client', 'worker'].map(
  (name) => new URL(`programs/${name}.ts`, import.meta.url),
);
/** Those that reach the brokers through proxies. */
const LINKED = ['worker-3', 'client-2'];
export const WIRE = 'wire';
/** What faults can strike, where a network namespace can be made. */
export const ALL_TARGETS: Targets = {
  brokers: BROKERS,
  workers: WORKERS,
  links: LINKED.map((name) => `link-${name}`),
  wires: [WIRE],
};
/** A call has 8 seconds, and 2 more until it counts as hung. */
const FINISH_MS = 20_000;
/** Of each client: a third more in all than a run must have, for there are times when nothing moves. */
const CALLS_PER_SECOND = 480;
