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
    const figures: Record<string, number> = { callsPerSecond, p50Ms, p99Ms };
    for (const [role, us] of after) figures[`${role}CpuUs`] = (us - before.get(role)!) / calls;
    return figures;
  }

  storm(connections: number): Promise<Storm> {
    const order: StormOrder = { kind: 'storm', connections };
    return this.#answerOf<Storm>(order, STORM_SECONDS);
  }

  /** Asks the process that makes the load. */
  ask<Answer>(order: object, withinSeconds: number): Promise<Answer> {
    return this.#children.at(-1)![1].ask<Answer>(order, withinSeconds * 1_000);
  }

  /** Memory of the first process of a role. */
  memory(role: Role): Promise<MemoryAnswer> {
    return this.#children.find(([one]) => one === role)![1].ask(MEMORY_QUESTION, MEMORY_MS);
  }

  /** CPU time of all processes so far, in microseconds; 0 where the system does not tell. */
  get cpuUs(): number {
    return this.#children.reduce((sum, [, child]) => sum + (child.cpuUs() ?? 0), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map(([, child]) => child.stop()));
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

type RoleChild = readonly [role: Role, child: Child];

/** For opening connections and the last calls. */
const GRACE_SECONDS = 40;
const STORM_SECONDS = 60;
const MEMORY_MS = 10_000;
