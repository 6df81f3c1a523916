import { Canonical } from '../model/canonical.ts';
import { withDiscriminators } from '../model/discriminator.ts';
import { methodFingerprint, serviceFingerprint } from '../model/fingerprint.ts';
import { reachableFrom, renameRefs } from '../model/map-shape.ts';
import type { MethodModel, ServiceModel, SidesModel, TypeModel } from '../model/model.ts';
import { typeOnly } from '../model/type-only.ts';
import { NameBook, pascalCase, RESERVED_TYPE_NAMES } from '../model/type-names.ts';
import type { Shape } from '@reeve/protocol';
import type { MethodDraft } from './service-reader.ts';
import type { TypeEntry, TypeTable } from './type-table.ts';

export interface ServiceDraft extends Pick<ServiceModel, 'name' | 'version' | 'doc' | 'file' | 'exportName'> {
  readonly drafts: readonly MethodDraft[];
  readonly types: TypeTable;
}

/** Gives types their final names, sorts out which of them cross the wire, and takes the fingerprints. */
export function finishService({ drafts, types, ...service }: ServiceDraft): ServiceModel {
  const find = (id: string): Shape | undefined => types.byId(id)?.shape;
  const canonical = new Canonical(find);
  const wireIds = reachableFrom(drafts.flatMap(wireShapes), find);
  const handlerIds = reachableFrom(drafts.flatMap(handlerShapes), find).filter((id) => !wireIds.includes(id));
  const names = nameTypes({ drafts, serviceName: service.name, types, canonical, wireIds, handlerIds });
  const finish = (shape: Shape): Shape =>
    deepFreeze(renameRefs(withDiscriminators(shape, find), (id) => names.get(id) ?? id));
  const wireTypes = typesOf(wireIds, names, find, finish);
  const wireNames = new Set(wireTypes.map(({ name }) => name));
  const handlerTypes = typesOf(handlerIds, names, find, finish).filter(({ name }) => !wireNames.has(name));
  const methods = drafts.map((draft) => finishMethod(draft, finish, canonical));
  const fingerprint = serviceFingerprint(service.name, methods);
  return Object.freeze({ ...service, fingerprint, methods, types: wireTypes, handlerTypes });
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

/** What is to be named: first what crosses the wire, then what only handlers see. */
interface Naming {
  readonly drafts: readonly MethodDraft[];
  readonly serviceName: string;
  readonly types: TypeTable;
  readonly canonical: Canonical;
  readonly wireIds: readonly string[];
  readonly handlerIds: readonly string[];
}

/**
 * Names of types by their ids.
 *
 * A type that parsing does not change has one name for both sides. Of others the one on the wire keeps the plain name,
 * or gets `Input` and `Output` if both cross it; the one that only handlers see is marked.
 */
function nameTypes({
  drafts,
  serviceName,
  types,
  canonical,
  wireIds,
  handlerIds,
}: Naming): ReadonlyMap<string, string> {
  const book = new NameBook(reservedNames(drafts, serviceName));
  const names = new Map<string, string>();
  const byText = new Map<string, string>();
  const onWire = new Set(wireIds);
  const typeTexts = new Canonical((id) => {
    const shape = types.byId(id)?.shape;
    return shape && typeOnly(shape);
  });
  const isSameType = (a: TypeEntry, b: TypeEntry): boolean => typeTexts.text(refTo(a)) === typeTexts.text(refTo(b));
  for (const id of [...wireIds, ...handlerIds]) {
    const entry = types.byId(id);
    if (entry?.shape === undefined) continue;
    const other = types.otherSide(entry);
    const otherName = other === undefined ? undefined : names.get(other.id);
    if (!onWire.has(id) && other?.shape !== undefined && otherName !== undefined && isSameType(entry, other)) {
      names.set(id, otherName);
      continue;
    }
    const wanted = wantedName(entry, other, canonical, onWire);
    const text = `${wanted} ${canonical.text(refTo(entry))}`;
    const name = byText.get(text) ?? book.take(wanted);
    byText.set(text, name);
    names.set(id, name);
  }
  return names;
}

function wantedName(
  entry: TypeEntry,
  other: TypeEntry | undefined,
  canonical: Canonical,
  onWire: ReadonlySet<string>,
): string {
  if (!onWire.has(entry.id)) return `Handler${entry.name}`;
  if (other?.shape === undefined || !onWire.has(other.id)) return entry.name;
  const isSame = canonical.text(refTo(entry)) === canonical.text(refTo(other));
  return isSame ? entry.name : `${entry.name}${pascalCase(entry.side)}`;
}

function refTo({ id }: TypeEntry): Shape {
  return { kind: 'ref', name: id };
}

/** Names that the printers give to what they print. */
function reservedNames(drafts: readonly MethodDraft[], serviceName: string): string[] {
  const service = pascalCase(serviceName);
  const own = ['Client', 'SafeClient', 'Handlers', 'Errors', 'Options'].map((suffix) => service + suffix);
  const ofMethods = drafts.flatMap(({ typeName, errors }) => {
    const ends = ['Input', 'Output', 'Errors', 'Failure', ...errors.map((error) => `${error.typeName}Data`)];
    return ends.flatMap((end) => [`${typeName}${end}`, `Handler${typeName}${end}`]);
  });
  return [...RESERVED_TYPE_NAMES, ...own, ...ofMethods];
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

function wireShapes({ input, output, errors }: MethodDraft): Shape[] {
  return [input.wire, output.wire, ...errors.flatMap(({ data }) => (data === undefined ? [] : [data.wire]))];
}

function handlerShapes({ input, output, errors }: MethodDraft): Shape[] {
  const sides = [input, output, ...errors.flatMap(({ data }) => (data === undefined ? [] : [data]))];
  return sides.flatMap(({ handler }) => (handler === undefined ? [] : [handler]));
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
