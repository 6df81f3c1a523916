import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import { describe, expect, test } from 'vitest';
import type { ZmtpPeerOptions } from './zmtp-peer.ts';
import { ZmtpPeer } from './zmtp-peer.ts';

/** Peers that are not built on libzmq, which may know no PING. */

const C01 = ['', 'MDPC01'];
const W01 = ['', 'MDPW01'];
/** A request and its reply. The body is longer than a short frame of ZMTP may be. */
const SERVED = [...C01, 'echo', 'a'.repeat(300)];
/** Longer than the broker waits for the answer to a ping, which is 3 s after one that came 1 s after the last word. */
const LONG_MS = 6_000;

describe.concurrent('a peer', () => {
  test('of ZMTP 3.1 that answers pings may be silent for long', async () => {
    const broker = await listening(true);
    await using peers = await ServedPeers.join(broker, { minor: 1, answersPing: true });
    expect(await peers.serveLate()).toEqual(SERVED);
    expect(peers.client.pings).toBeGreaterThan(2);
    await broker.close();
  });

  test('of ZMTP 3.1 that answers none is lost when it is silent', async () => {
    const broker = await listening(true);
    await using peers = await ServedPeers.join(broker, { minor: 1, answersPing: false });
    await sleep(LONG_MS);
    expect([peers.client.isCut, peers.worker.isCut]).toEqual([true, true]);
    await broker.close();
  });

  test('of ZMTP 3.0, which need not know PING, may be silent for long', async () => {
    const broker = await listening(true);
    await using peers = await ServedPeers.join(broker, { minor: 0, answersPing: false });
    expect(await peers.serveLate()).toEqual(SERVED);
    expect(peers.client.pings).toBe(0);
    await broker.close();
  });

  test('of ZMTP 3.1 that answers no pings may be silent where they are off', async () => {
    const broker = await listening(false);
    await using peers = await ServedPeers.join(broker, { minor: 1, answersPing: false });
    expect(await peers.serveLate()).toEqual(SERVED);
    expect(peers.client.pings).toBe(0);
    await broker.close();
  });

  // Any word ends the wait for the answer to a ping.
  test('of ZMTP 3.1 that answers none is kept while it says something every 2.5 s, as MDP workers do', async () => {
    const broker = await listening(true);
    await using worker = await ZmtpPeer.dial(broker.endpoints[0]!, { minor: 1, answersPing: false });
    worker.send(...W01, '\x01', 'echo');
    const beat = setInterval(() => worker.send(...W01, '\x04'), 2_500);
    await sleep(LONG_MS + 2_500);
    clearInterval(beat);
    expect(worker.isCut).toBe(false);
    await broker.close();
  });
});

function listening(transportHeartbeats: boolean): Promise<Broker> {
  return startBroker({ listen: 'tcp://127.0.0.1:0', transportHeartbeats });
}

/** A client that waits, and a worker that says nothing while it works. */
class ServedPeers implements AsyncDisposable {
  readonly client: ZmtpPeer;
  readonly worker: ZmtpPeer;

  private constructor(client: ZmtpPeer, worker: ZmtpPeer) {
    this.client = client;
    this.worker = worker;
  }

  static async join(broker: Broker, options: ZmtpPeerOptions): Promise<ServedPeers> {
    const [endpoint] = broker.endpoints;
    const worker = await ZmtpPeer.dial(endpoint!, options);
    const client = await ZmtpPeer.dial(endpoint!, options);
    worker.send(...W01, '\x01', 'echo');
    client.send(...SERVED);
    return new ServedPeers(client, worker);
  }

  /** What the client gets after a long silence of all. */
  async serveLate(): Promise<string[]> {
    const request = await this.#request();
    await sleep(LONG_MS);
    this.worker.send(...W01, '\x03', request[3]!, '', request[5]!);
    return ((await this.client.receive(5_000)) ?? []).map(String);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.worker[Symbol.asyncDispose]();
  }

  /** Heartbeats come between. */
  async #request(): Promise<Buffer[]> {
    for (;;) {
      const message = await this.worker.receive(5_000);
      if (message === undefined) throw new Error('no request came');
      if (message[2]![0] === 2) return message;
    }
  }
}
