import type { Interceptor } from '@reeve/client';
import { ReeveError } from '@reeve/protocol';
import type { Activities } from './activities.ts';
import type { Story } from './story.ts';
import { shortly } from './story.ts';

export interface WatchedCallsArgs {
  readonly activities: Activities;
  readonly story: Story;
  /** A call has begun, or ended. */
  readonly onChange: (change: 1 | -1) => void;
}

/** Knows which calls of a client are under way, and tells how they end. */
export function watchedCalls({ activities, story, onChange }: WatchedCallsArgs): Interceptor {
  return (next) => async (call) => {
    const method = `${call.service}.${call.method}`;
    story.tell('test', `calls ${method} ${shortly(call.input)}`);
    onChange(1);
    try {
      const output = await activities.wait(next(call));
      story.tell('test', `gets ${shortly(output)} from ${method}`);
      return output;
    } catch (error) {
      story.tell('test', failureText(error));
      throw error;
    } finally {
      onChange(-1);
    }
  };
}

function failureText(error: unknown): string {
  if (error instanceof ReeveError) return `gets ${error.message}, executed: ${error.executed}`;
  return `gets ${error instanceof Error ? error.message : shortly(error)}`;
}
