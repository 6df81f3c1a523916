import { SimulatedBroker, World } from '@reeve/testing/world';
import { expect, test } from 'vitest';
import { StaleAnswers } from './stale-answers.ts';

const OVER = 'of a dispatch that was over';

/** Two dispatches of one call at one broker, in sessions 1 and 2. The first is answered after the second has left. */
function twoDispatches(isDirect: boolean): { broker: SimulatedBroker; stale: StaleAnswers } {
  const broker = new SimulatedBroker(new World({ seed: 1 }), 'broker');
  const stale = new StaleAnswers(isDirect);
  stale.noteRequest('call', 9, 1);
  stale.noteDispatch(broker, 1, 11, 'call');
  stale.noteDispatch(broker, 2, 22, 'call');
  stale.noteWorkerReply(1, 11, 'start');
  return { broker, stale };
}

test('a dispatch is over when its broker has given the call to another worker', () => {
  const { broker, stale } = twoDispatches(true);
  expect(stale.faultOfReply(broker, 'call', 'start')).toBe(OVER);
});

test('a DISPATCH that may have waited for room says nothing of those that left before it', () => {
  const { broker, stale } = twoDispatches(false);
  expect(stale.faultOfReply(broker, 'call', 'start')).toBe(undefined);
  stale.noteOver(1, 11);
  expect(stale.faultOfReply(broker, 'call', 'start')).toBe(OVER);
});

test('a REQUEST that leaves late does not take the place of a later attempt', () => {
  const stale = new StaleAnswers(false);
  stale.noteRequest('call', 5, 1);
  stale.noteRequest('call', 5, 3);
  stale.noteClientReply('call', 5);
  stale.noteRequest('call', 6, 2);
  stale.noteClientReply('call', 5);
  expect(stale.isStaleEnd('call')).toBe(false);
  stale.noteRequest('call', 6, 4);
  stale.noteClientReply('call', 5);
  expect(stale.isStaleEnd('call')).toBe(true);
});

test('what answers an AWAIT is no result of the broker that passes it on, unless it was started there', () => {
  const world = new World({ seed: 1 });
  const [broker, other] = [new SimulatedBroker(world, 'broker'), new SimulatedBroker(world, 'other')];
  const stale = new StaleAnswers(true);
  stale.noteDispatch(other, 1, 11, 'call');
  stale.noteWorkerReply(1, 11, 'start');
  expect(stale.isRecovered(broker, 'call', 'start')).toBe(false);
  expect(stale.faultOfReply(broker, 'call', 'start')).toMatch('of another broker');
  stale.noteAwait('call');
  expect(stale.isRecovered(broker, 'call', 'start')).toBe(true);
  expect(stale.isRecovered(other, 'call', 'start')).toBe(false);
  other.kill();
  other.restart();
  expect(stale.isRecovered(other, 'call', 'start')).toBe(true);
});
