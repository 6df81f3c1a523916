import type { Listener } from '@reeve/protocol/io';
import { memoryTransport } from '@reeve/protocol/io';
import { ScriptedBroker } from './core/scripted-broker.test-kit.ts';

/** A scripted broker that listens on a `memory://` endpoint, in real time. */
export class MemoryBroker extends ScriptedBroker {
  #listener: Listener | undefined;

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
    return this;
  }

  flush(): void {
    const now = performance.now();
    for (let t = this.outbox.poll(now); t !== undefined; t = this.outbox.poll(now)) {
      void this.#listener!.send(t.peer, t.frames);
    }
  }

  async close(): Promise<void> {
    await this.#listener?.close();
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
