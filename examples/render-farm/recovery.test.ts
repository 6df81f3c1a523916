import type { ClientStatus } from '@reeve/client';
import { describe, expect, it } from 'vitest';
import { BrokerRecovery, WorkerRecovery } from './recovery.ts';

describe('WorkerRecovery', () => {
  it('is over when the last document of the killed worker has its answer', () => {
    const recovery = new WorkerRecovery('worker 2', 1000, [3, 4]);

    expect(recovery.noteAnswer(4, 'worker 3', 1100)).toBeUndefined();
    expect(recovery.noteAnswer(5, 'worker 2', 1150)).toBeUndefined();
    expect(recovery.isOver).toBe(false);

    expect(recovery.noteAnswer(3, 'worker 1', 1250)).toBe(
      'The 2 documents that worker 2 had held were finished by worker 1 and worker 3, 0.25 s after the kill.',
    );
    expect(recovery.isOver).toBe(true);
    expect(recovery.noteAnswer(6, 'worker 1', 1300)).toBeUndefined();
  });

  it('speaks of a single document as one', () => {
    expect(new WorkerRecovery('worker 2', 0, [7]).noteAnswer(7, 'worker 1', 10)).toBe(
      'The document that worker 2 had held was finished by worker 1, 0.01 s after the kill.',
    );
  });
});

describe('BrokerRecovery', () => {
  const endpoint = 'tcp://127.0.0.1:20000';
  const lost: ClientStatus = { kind: 'disconnected', endpoint, why: 'the connection ended' };
  const back: ClientStatus = { kind: 'connected', endpoint, broker: 'b' };

  it('tells the loss, the new connection and the first document, each once', () => {
    const recovery = new BrokerRecovery(1000);

    // An answer that was on its way when the broker was killed.
    expect(recovery.noteAnswer(1001)).toBeUndefined();
    expect(recovery.noteStatus(lost, 1010)).toBe('The client noticed 0.01 s after the kill: the connection ended.');
    expect(recovery.noteStatus({ kind: 'connecting', endpoint }, 1020)).toBeUndefined();
    expect(recovery.noteStatus(back, 1500)).toBe('The client is connected to the new broker 0.50 s after the kill.');
    expect(recovery.noteAnswer(1600)).toBe('The first document through the new broker arrived 0.60 s after the kill.');
    expect(recovery.noteAnswer(1700)).toBeUndefined();
    expect(recovery.noteStatus(back, 1800)).toBeUndefined();
  });
});
