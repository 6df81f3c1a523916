import { writeHeartbeat } from '@reeve/protocol';
import type { Listener } from '@reeve/protocol/io';
import { memoryTransport } from '@reeve/protocol/io';
import { ScriptedBroker } from './core/scripted-broker.test-kit.ts';

/** A scripted broker that listens on a `memory://` endpoint, in real time. */
export class MemoryBroker extends ScriptedBroker {
  #listener: Listener | undefined;
  #heart: NodeJS.Timeout | undefined;

  async listen(): Promise<this> {
    this.#listener = await memoryTransport.listen(this.endpoint, {
      onMessage: (peer, frames) => {
        this.handle(performance.now(), { peer, frames });
        this.flush();
      },
      onLost: (peer) => {
        if (peer === this.peer) this.channel = undefined;
      },
    });
    // Else the worker takes it for dead where a test waits for seconds, as for a thread to start on a loaded machine.
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS);
    return this;
  }

  flush(): void {
    const now = performance.now();
    for (let t = this.outbox.poll(now); t !== undefined; t = this.outbox.poll(now)) {
      void this.#listener!.send(t.peer, t.frames);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#heart);
    await this.#listener?.close();
  }

  #beat(): void {
    if (this.channel === undefined) return;
    writeHeartbeat(this.channel);
    this.flush();
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean, what: string, withinMs: number = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What it says in WELCOME. */
const HEARTBEAT_MS = 1_000;
