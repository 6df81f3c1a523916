import type { WorkerEvent } from './worker-event.ts';
import { expect, test } from 'vitest';
import { Rig } from './scripted-broker.test-kit.ts';

const DESCRIBED = [{ service: 'orders', summary: 'Takes orders.' }];
const BODY = new Uint8Array(50).fill(1);

function questions(rig: Rig): Extract<WorkerEvent, { kind: 'describe' }>['question'][] {
  return rig.events.flatMap((event) => (event.kind === 'describe' ? [event.question] : []));
}

test('READY says what can be described, if anything can', () => {
  expect(new Rig({ described: DESCRIBED }).open().broker.of('ready')[0]!.ready.described).toEqual(DESCRIBED);
  expect(new Rig({ described: [] }).open().broker.of('ready')[0]!.ready).not.toHaveProperty('described');
});

test('a question is passed to the application, and its answer back, whatever is at work', () => {
  const rig = new Rig({ described: DESCRIBED, concurrency: 1, prefetch: 0 }).open();
  rig.broker.dispatch();
  rig.broker.describe(7, 1);
  rig.settle();
  const [question] = questions(rig);
  expect(question).toMatchObject({ id: 7, method: 1 });
  rig.core.handleCommand(rig.now, { kind: 'described', question: question!, outcome: 'described', body: BODY });
  rig.settle();
  expect(rig.broker.of('description')).toEqual([{ is: 'description', id: 7, outcome: 'described', bytes: 50 }]);
});

test('what the broker would not take is not sent', () => {
  const rig = new Rig({ described: DESCRIBED });
  rig.broker.bodyBytesMax = 49;
  rig.open();
  rig.broker.describe(7, 0);
  rig.settle();
  const [question] = questions(rig);
  rig.core.handleCommand(rig.now, { kind: 'described', question: question!, outcome: 'described', body: BODY });
  rig.settle();
  expect(rig.broker.of('description')).toEqual([{ is: 'description', id: 7, outcome: 'too_large', bytes: 0 }]);
});

test('an answer to a session that is over is dropped', () => {
  const rig = new Rig({ described: DESCRIBED }).open();
  rig.broker.describe(7, 0);
  rig.settle();
  rig.broker.bye();
  rig.settle();
  rig.pass(600);
  const [question] = questions(rig);
  rig.core.handleCommand(rig.now, { kind: 'described', question: question!, outcome: 'described', body: BODY });
  rig.settle();
  expect(rig.broker.of('description')).toEqual([]);
  expect(rig.broker.of('ready')).toHaveLength(2);
});

test('a DESCRIBE that is cut off ends the session', () => {
  const rig = new Rig({ described: DESCRIBED }).open();
  rig.broker.channel!.reserve(34, 0, 3);
  rig.settle();
  expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'protocol' }]);
});
