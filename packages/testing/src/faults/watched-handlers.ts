import type { Interceptor } from '@reeve/worker';
import type { Activities } from './activities.ts';
import type { Story } from './story.ts';
import { shortly } from './story.ts';
import type { Striker } from './striker.ts';
import type { VirtualProcess } from './virtual-process.ts';

export interface WatchedHandlersArgs {
  readonly process: VirtualProcess;
  readonly activities: Activities;
  readonly striker: Striker;
  readonly story: Story;
}

/** Lets the faults in before and after each handler of a worker, and tells what the handler did. */
export function watchedHandlers({ process, activities, striker, story }: WatchedHandlersArgs): Interceptor {
  return (next) => async (call) => {
    const method = `${call.service}.${call.method}`;
    await pause(process, striker.handleStart(process, method));
    const who = process.isDead ? `${process.name} †` : process.name;
    story.tell(who, `starts ${method} ${shortly(call.input)}, attempt ${call.context.attempt}`);
    try {
      const output: unknown = await activities.run(() => next(call));
      story.tell(who, `has done ${method}: ${shortly(output)}`);
      return output;
    } catch (error) {
      story.tell(who, `has failed in ${method}: ${error instanceof Error ? error.message : shortly(error)}`);
      throw error;
    } finally {
      await pause(process, striker.handleEnd(process, method));
    }
  };
}

/** In a process that has died meanwhile, it never ends. */
function pause(process: VirtualProcess, ms: number): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    if (ms < Infinity) process.setTimer(ms, resolve);
  });
}
