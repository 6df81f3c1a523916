import { withDiscriminators } from '../model/discriminator.ts';
import { methodFingerprint, serviceFingerprint } from '../model/fingerprint.ts';
import type { Canonical } from '../model/canonical.ts';
import { renameRefs } from '../model/map-shape.ts';
import type { MethodModel, ServiceModel, SidesModel, TypeModel } from '../model/model.ts';
import type { Shape } from '@reeve/protocol';
import { nameTypes } from './name-types.ts';
import type { MethodDraft } from './service-reader.ts';
import type { ServiceReading } from './service-reading.ts';
import { shareTypes } from './share-types.ts';

/**
 * Gives types their final names, sorts out which of them cross the wire, and takes the fingerprints.
 *
 * All services of a run at once: a schema that several of them use has one name in all of them.
 */
export function finishServices(
  readings: readonly ServiceReading[],
  finished: FinishedServices = new WeakMap(),
): ServiceModel[] {
  const shared = shareTypes(readings);
  return readings.map((reading) => {
    const names = shared.get(reading) ?? new Map<string, string>();
    const key = JSON.stringify([...names]);
    const known = finished.get(reading);
    if (known?.key === key) return known.model;
    const model = finishService(reading, names);
    finished.set(reading, { key, model });
    return model;
  });
}

/** Services as they were finished before, and with which shared names. */
export type FinishedServices = WeakMap<ServiceReading, { readonly key: string; readonly model: ServiceModel }>;

/** `shared`: names of the types that other services use too, by their ids. */
function finishService(reading: ServiceReading, shared: ReadonlyMap<string, string>): ServiceModel {
  const { draft, find, canonical, wireIds, handlerIds } = reading;
  const { drafts, types: _, ...service } = draft;
  const names = nameTypes(reading, shared);
  const finish = (shape: Shape): Shape =>
    deepFreeze(renameRefs(withDiscriminators(shape, find), (id) => names.get(id) ?? id));
  const wireTypes = typesOf(wireIds, names, find, finish);
  const wireNames = new Set(wireTypes.map(({ name }) => name));
  const handlerTypes = typesOf(handlerIds, names, find, finish).filter(({ name }) => !wireNames.has(name));
  const methods = drafts.map((method) => finishMethod(method, finish, canonical));
  const fingerprint = serviceFingerprint(service.name, methods);
  const sharedNames = Object.freeze([...new Set(shared.values())]);
  return Object.freeze({ ...service, fingerprint, methods, types: wireTypes, sharedTypes: sharedNames, handlerTypes });
}

function finishMethod(draft: MethodDraft, finish: (shape: Shape) => Shape, canonical: Canonical): MethodModel {
  const errors = draft.errors.map((error) => ({ ...error, data: error.data && finishSides(error.data, finish) }));
  const wireErrors = Object.fromEntries(
    draft.errors.map(({ name, code, data }) => [name, { code, ...(data === undefined ? {} : { data: data.wire }) }]),
  );
  const { idempotent, key } = draft;
  const parts = { input: draft.input.wire, output: draft.output.wire, errors: wireErrors, idempotent, key };
  return Object.freeze({
    ...draft,
    input: finishSides(draft.input, finish),
    output: finishSides(draft.output, finish),
    errors,
    fingerprint: methodFingerprint(parts, canonical),
  });
}

function finishSides({ wire, handler }: SidesModel, finish: (shape: Shape) => Shape): SidesModel {
  return { wire: finish(wire), handler: handler && finish(handler) };
}

/** One type for each name, in the order of first use. */
function typesOf(
  ids: readonly string[],
  names: ReadonlyMap<string, string>,
  find: (id: string) => Shape | undefined,
  finish: (shape: Shape) => Shape,
): TypeModel[] {
  const types = new Map<string, TypeModel>();
  for (const id of ids) {
    const name = names.get(id);
    const shape = find(id);
    if (name !== undefined && shape !== undefined && !types.has(name)) types.set(name, { name, shape: finish(shape) });
  }
  return [...types.values()];
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
