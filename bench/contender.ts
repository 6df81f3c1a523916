import { Child } from './child.ts';
import type { MemoryAnswer } from './child-process.ts';
import { MEMORY_QUESTION } from './child-process.ts';
import type { ContenderPlan, Role } from './contender-plan.ts';
import { freeEndpoint } from './free-endpoint.ts';
import type { Measurement } from './load.ts';
import type { LoadAnswer, LoadOrder, StormOrder } from './load-process.ts';
import type { Figures } from './results.ts';
import type { Storm } from './storm.ts';

/** A contender whose processes run. */
export class Contender {
  readonly plan: ContenderPlan;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
  readonly #children: readonly RoleChild[];

  private constructor(plan: ContenderPlan, startedAtMs: number, children: readonly RoleChild[]) {
    this.plan = plan;
    this.startedAtMs = startedAtMs;
    this.#children = children;
  }

  /** Starts the processes one after the other, each when the one before is ready. */
  static async start(plan: ContenderPlan): Promise<Contender> {
    const processes = plan.processes(await freeEndpoint(), await freeEndpoint());
    const startedAtMs = performance.now();
    const children: RoleChild[] = [];
    try {
      for (const process of processes) {
        const start =
          'file' in process
            ? Child.start(process.file, process.args)
            : Child.startProgram(process.command, process.listensAt);
        children.push([process.role, await start]);
      }
    } catch (error) {
      await Promise.all(children.map(([, child]) => child.stop()));
      throw error;
    }
    return new Contender(plan, startedAtMs, children);
  }

  /** Measures a closed loop, after a warm-up with the same load. */
  async measure(order: LoadOrder, warmUpSeconds: number): Promise<Figures> {
    await this.#load({ ...order, seconds: warmUpSeconds });
    const before = this.#cpuByRole();
    const { calls, callsPerSecond, p50Ms, p99Ms } = await this.#load(order);
    const after = this.#cpuByRole();
    return { callsPerSecond, p50Ms, p99Ms, ...perUnit(before, after, calls) };
  }

  /** Lets so many clients connect at once, each of which makes one call. */
  async storm(connections: number): Promise<Figures> {
    const order: StormOrder = { kind: 'storm', connections };
    const before = this.#cpuByRole();
    const { halfMs, allMs } = await this.#answerOf<Storm>(order, STORM_SECONDS);
    return { allMs, halfMs, ...perUnit(before, this.#cpuByRole(), connections) };
  }

  /** CPU time by wall time of a role while nobody calls. */
  async idleCpuShare(role: Role, seconds: number): Promise<number | undefined> {
    const before = this.#cpuByRole().get(role);
    await new Promise((next) => setTimeout(next, seconds * 1_000));
    const after = this.#cpuByRole().get(role);
    return before === undefined || after === undefined ? undefined : (after - before) / (seconds * 1e6);
  }

  /** Asks the process that makes the load. */
  ask<Answer>(order: object, withinSeconds: number): Promise<Answer> {
    return this.#children.at(-1)![1].ask<Answer>(order, withinSeconds * 1_000);
  }

  /** Asks the first process of a role. */
  askRole<Answer>(role: Role, question: object, withinSeconds: number): Promise<Answer> {
    return this.#first(role).ask<Answer>(question, withinSeconds * 1_000);
  }

  /** Memory of the first process of a role; of a program that is no file of ours, only what it holds in all. */
  async memory(role: Role): Promise<Partial<MemoryAnswer>> {
    const child = this.#first(role);
    if (child.canAnswer) return this.askRole<MemoryAnswer>(role, MEMORY_QUESTION, MEMORY_SECONDS);
    const residentBytes = child.residentBytes();
    return residentBytes === undefined ? {} : { residentBytes };
  }

  /** CPU time of all processes so far, in microseconds; 0 where the system does not tell. */
  get cpuUs(): number {
    return this.#children.reduce((sum, [, child]) => sum + (child.cpuUs() ?? 0), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map(([, child]) => child.stop()));
  }

  #first(role: Role): Child {
    return this.#children.find(([one]) => one === role)![1];
  }

  #load(order: LoadOrder): Promise<Measurement> {
    return this.#answerOf(order, order.seconds + GRACE_SECONDS);
  }

  async #answerOf<T>(order: LoadOrder | StormOrder, withinSeconds: number): Promise<T> {
    const answer = await this.ask<LoadAnswer<T>>(order, withinSeconds);
    if (!answer.ok) throw new Error(answer.why);
    return answer.result;
  }

  #cpuByRole(): Map<Role, number> {
    const sums = new Map<Role, number>();
    for (const [role, child] of this.#children) {
      const us = child.cpuUs();
      if (us !== undefined) sums.set(role, (sums.get(role) ?? 0) + us);
    }
    return sums;
  }
}

function perUnit(before: ReadonlyMap<Role, number>, after: ReadonlyMap<Role, number>, count: number): Figures {
  const figures: Record<string, number> = {};
  for (const role of ROLES) {
    const [was, is] = [before.get(role), after.get(role)];
    if (was !== undefined && is !== undefined) figures[`${role}CpuUs`] = (is - was) / count;
  }
  return figures;
}

type RoleChild = readonly [role: Role, child: Child];

const ROLES: readonly Role[] = ['client', 'broker', 'worker'];
/** For opening connections and the last calls. */
const GRACE_SECONDS = 40;
const STORM_SECONDS = 60;
const MEMORY_SECONDS = 10;
