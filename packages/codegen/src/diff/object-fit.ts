import type { ObjectShape, Shape } from '@reeve/protocol';
import { all, type Fit } from './fit.ts';

interface Prover {
  fit(sender: Shape, receiver: Shape): Fit;
}

/** Whether what a sender puts into one field, or leaves out, fits the receiver's object. */
export function fieldFit(prover: Prover, name: string, sender: ObjectShape, receiver: ObjectShape): Fit {
  const sent = fieldOf(sender, name);
  const taken = fieldOf(receiver, name);
  if (sent !== undefined && taken !== undefined) {
    return all([presenceFit(name, sender, receiver), prover.fit(sent, taken)]);
  }
  if (sent !== undefined) return unknownFieldFit(prover, sent, receiver);
  return taken === undefined ? 'yes' : absentFieldFit(prover, name, taken, sender, receiver);
}

/** Whether a receiver that needs a field always gets it. Both have the field. */
export function presenceFit(name: string, sender: ObjectShape, receiver: ObjectShape): Fit {
  return isOptional(sender, name) && !isOptional(receiver, name) ? 'no' : 'yes';
}

/** What becomes of other fields that a sender lets through. Senders drop what they do not know. */
export function extraFit(prover: Prover, sender: ObjectShape, receiver: ObjectShape): Fit {
  const extra = extraOf(sender);
  return extra === undefined ? 'yes' : unknownFieldFit(prover, extra, receiver);
}

export function isOptional({ optional = [] }: ObjectShape, name: string): boolean {
  return optional.includes(name);
}

/** The shape of a field, however it is called: names such as `constructor` are no field unless they are declared. */
export function fieldOf({ fields }: ObjectShape, name: string): Shape | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** What a receiver does with a field that it does not declare. */
export function unknownFieldFit(prover: Prover, sent: Shape, receiver: ObjectShape): Fit {
  if (receiver.catchall !== undefined) return prover.fit(sent, receiver.catchall);
  return receiver.unknown === 'strict' ? 'no' : 'yes';
}

/** What a receiver makes of a sender that does not declare one of its fields. */
export function absentFieldFit(
  prover: Prover,
  name: string,
  taken: Shape,
  sender: ObjectShape,
  receiver: ObjectShape,
): Fit {
  if (!isOptional(receiver, name)) return 'no';
  const extra = extraOf(sender);
  if (extra === undefined) return 'yes';
  // The sender may have used the name for something else, but nobody says that it did.
  return prover.fit(extra, taken) === 'yes' ? 'yes' : 'unknown';
}

/** What a sender puts into fields that it does not declare; undefined if it drops them. */
export function extraOf({ unknown, catchall }: ObjectShape): Shape | undefined {
  return catchall ?? (unknown === 'loose' ? { kind: 'any' } : undefined);
}
