import type { Add, Measurement } from './load.ts';
import { measure } from './load.ts';

/** What the bench asks a load process to do. */
export interface LoadOrder {
  readonly inFlight: number;
  readonly seconds: number;
}

/** How a load process answers. */
export type LoadAnswer =
  | { readonly ok: true; readonly measurement: Measurement }
  | { readonly ok: false; readonly why: string };

/** Makes this process measure whatever it is asked to over IPC, until its parent is gone. */
export function serveLoad(add: Add): void {
  process.on('message', (order: LoadOrder) => {
    void measure(add, order.inFlight, order.seconds).then(
      (measurement) => answer({ ok: true, measurement }),
      (error: unknown) => answer({ ok: false, why: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

function answer(message: LoadAnswer): void {
  process.send?.(message);
}
