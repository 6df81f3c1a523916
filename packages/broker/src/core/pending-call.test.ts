import { AssertionError } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { CoreParts } from './core-parts.test-kit.ts';
import type { CallState, PendingCall } from './pending-call.ts';
import { CALL_STATES } from './pending-call.ts';

const states = Object.keys(CALL_STATES) as CallState[];

/** The steps from the beginning to each state. */
const paths: Record<CallState, CallState[]> = {
  free: [],
  held: ['held'],
  queued: ['queued'],
  dispatched: ['dispatched'],
  parked: ['parked'],
  deserted: ['dispatched', 'deserted'],
  done: ['done'],
};

test.each(states)('from %s a call takes only the steps of its table', (from) => {
  const taken = states.filter((to) => {
    const parts = new CoreParts();
    const call = parts.call(parts.route('m'));
    for (const step of paths[from]) call.enter(step);
    expect(call.state).toBe(from);
    return canEnter(call, to);
  });
  expect(new Set(taken)).toEqual(new Set(CALL_STATES[from]));
});

function canEnter(call: PendingCall, state: CallState): boolean {
  try {
    call.enter(state);
    return true;
  } catch (error) {
    if (error instanceof AssertionError) return false;
    throw error;
  }
}

test('each start counts, one that was none does not, and the attempt fits its byte', () => {
  const parts = new CoreParts();
  const call = parts.call(parts.route('m'));
  call.start(200);
  expect(call).toMatchObject({ attempt: 1, starts: 1, remainingMs: 750 });
  call.start(300);
  expect(call).toMatchObject({ attempt: 2, starts: 2, remainingMs: 650 });
  call.unstart();
  call.start(300);
  expect(call).toMatchObject({ attempt: 2, starts: 2 });
  for (let i = 0; i < 300; i++) call.start(300);
  expect(call.attempt).toBe(255);
});

test('what waits elsewhere gets a new limit, what only changes lanes keeps its own', () => {
  const parts = new CoreParts();
  const call = parts.call(parts.route('m'));
  call.enter('queued');
  call.waitUntil = 99;
  call.regroup('queued');
  expect(call.waitUntil).toBe(99);
  call.regroup('held');
  expect(call).toMatchObject({ state: 'held', waitUntil: 0 });
});
