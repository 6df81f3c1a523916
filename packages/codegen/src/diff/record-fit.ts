import type { ObjectShape, RecordShape, Shape } from '@reeve/protocol';
import { all, type Fit } from './fit.ts';
import { extraOf, isOptional, unknownFieldFit } from './object-fit.ts';

interface Prover {
  fit(sender: Shape, receiver: Shape): Fit;
}

/** Whether every object is a record: its names are keys, and its fields are values. */
export function objectInRecord(prover: Prover, sender: ObjectShape, receiver: RecordShape): Fit {
  const fits = Object.entries(sender.fields).map(([name, field]) => {
    const key = prover.fit({ kind: 'literal', values: [name] }, receiver.key);
    const value = prover.fit(field, receiver.value);
    if (key === 'yes') return value;
    // A loose record lets other names through; a key may be a number that reads like the name.
    return receiver.loose === true && value === 'yes'
      ? 'yes'
      : key === 'no' && TEXTS.has(receiver.key.kind)
        ? 'no'
        : 'unknown';
  });
  const extra = extraOf(sender);
  const isFine = extra === undefined || prover.fit(extra, receiver.value) === 'yes';
  return all([...fits, isFine && (extra === undefined || receiver.loose === true) ? 'yes' : 'unknown']);
}

/** Whether every record is such an object. An empty one lacks what has to be there. */
export function recordInObject(prover: Prover, sender: RecordShape, receiver: ObjectShape): Fit {
  const fits = Object.entries(receiver.fields).map(([name, field]): Fit => {
    if (!isOptional(receiver, name)) return 'no';
    return prover.fit(sender.value, field) === 'yes' ? 'yes' : 'unknown';
  });
  // Which other names are sent, if any, depends on the keys.
  const others = unknownFieldFit(prover, sender.value, receiver);
  return all([...fits, others === 'yes' && sender.loose !== true ? 'yes' : 'unknown']);
}

/** Kinds of keys that are text and nothing else. */
const TEXTS: ReadonlySet<string> = new Set(['enum', 'literal', 'string', 'template']);
