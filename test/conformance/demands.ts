import type { Frame } from './dialect.ts';
import { showFrames } from './dialect.ts';
import { demand } from './rule.ts';
import type { Trial } from './trial.ts';

/** A call through a worker of its own works. */
export async function expectAlive(trial: Trial): Promise<void> {
  const service = `${trial.service}.alive`;
  void (await trial.worker({ service })).echo();
  demandBody(await trial.client().call(service, 'still there?'), ['still there?']);
}

export function demandBody(body: readonly Frame[], wanted: readonly Frame[]): void {
  const isSame = body.length === wanted.length && body.every((frame, at) => isEqual(frame, wanted[at]!));
  demand(isSame, `the body ${showFrames(wanted)}`, showFrames(body));
}

function isEqual(a: Frame, b: Frame): boolean {
  return Buffer.from(a).equals(Buffer.from(b));
}
