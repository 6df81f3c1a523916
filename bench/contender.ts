import { Child } from './child.ts';
import type { Measurement } from './load.ts';
import type { LoadAnswer, LoadOrder } from './load-process.ts';

/** One of those that are compared: its processes, of which the last makes the load. */
export class Contender {
  readonly name: string;
  readonly #children: readonly Child[];

  private constructor(name: string, children: readonly Child[]) {
    this.name = name;
    this.#children = children;
  }

  /** Starts the processes one after the other. */
  static async start(plan: ContenderPlan): Promise<Contender> {
    const children: Child[] = [];
    try {
      for (const [file, ...args] of plan.processes) children.push(await Child.start(file, args));
    } catch (error) {
      await Promise.all(children.map((c) => c.stop()));
      throw error;
    }
    return new Contender(plan.name, children);
  }

  async measure(order: LoadOrder): Promise<Measurement> {
    const answer = await this.#children.at(-1)!.ask<LoadAnswer>(order, (order.seconds + GRACE_SECONDS) * 1_000);
    if (!answer.ok) throw new Error(`${this.name}: ${answer.why}`);
    return answer.measurement;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((c) => c.stop()));
  }
}

/** How to start a contender. The last process makes the load. */
export interface ContenderPlan {
  readonly name: string;
  readonly processes: readonly (readonly [file: string, ...args: string[]])[];
}

/** For the warm-up and the last calls. */
const GRACE_SECONDS = 20;
