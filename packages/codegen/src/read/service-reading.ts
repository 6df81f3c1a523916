import type { Shape } from '@reeve/protocol';
import { Canonical } from '../model/canonical.ts';
import { reachableFrom } from '../model/map-shape.ts';
import type { ServiceModel } from '../model/model.ts';
import { pascalCase, RESERVED_TYPE_NAMES } from '../model/type-names.ts';
import type { SchemaNames } from './schema-names.ts';
import type { MethodDraft } from './service-reader.ts';
import type { TypeEntry, TypeTable } from './type-table.ts';

export interface ServiceDraft extends Pick<ServiceModel, 'name' | 'version' | 'doc' | 'file' | 'exportName'> {
  readonly drafts: readonly MethodDraft[];
  readonly types: TypeTable;
}

/** A service as it was read, and what follows from that before its types have names. */
export class ServiceReading {
  readonly draft: ServiceDraft;
  readonly canonical: Canonical;
  /** Ids of types that cross the wire, and of those that only handlers see, in the order of first use. */
  readonly wireIds: readonly string[];
  readonly handlerIds: readonly string[];
  /** Names that the printers give to what they print: with the id of the type that is all that is printed there. */
  readonly reserved: ReadonlyMap<string, string | undefined>;

  constructor(draft: ServiceDraft) {
    this.draft = draft;
    this.canonical = new Canonical(this.find);
    this.wireIds = reachableFrom(draft.drafts.flatMap(wireShapes), this.find);
    const onWire = new Set(this.wireIds);
    this.handlerIds = reachableFrom(draft.drafts.flatMap(handlerShapes), this.find).filter((id) => !onWire.has(id));
    this.reserved = reservedNames(draft);
  }

  readonly find = (id: string): Shape | undefined => this.entry(id)?.shape;

  entry(id: string): TypeEntry | undefined {
    return this.draft.types.byId(id);
  }

  /** What a type is on the wire, as text that is the same for the same type in every service. */
  textOf({ id }: TypeEntry): string {
    return this.canonical.text({ kind: 'ref', name: id });
  }

  /** Whether it would be read the same: from the same place, and with the same names for its types. */
  isUpToDate({ file, exportName }: Pick<ServiceDraft, 'file' | 'exportName'>, names: SchemaNames): boolean {
    const { draft } = this;
    if (draft.file !== file || draft.exportName !== exportName) return false;
    return draft.types.entries.every(({ def, nameAtReading }) => names.ofDef(def) === nameAtReading);
  }

  /** Whether a type may have a name: not one of the printers', unless there it is what they print. */
  mayBeCalled(id: string, name: string): boolean {
    return !this.reserved.has(name) || this.reserved.get(name) === id;
  }
}

function reservedNames({ drafts, name }: ServiceDraft): Map<string, string | undefined> {
  const service = pascalCase(name);
  const own = ['Client', 'SafeClient', 'Handlers', 'Errors', 'Options'].map((suffix) => service + suffix);
  const names = new Map<string, string | undefined>([...RESERVED_TYPE_NAMES, ...own].map((one) => [one, undefined]));
  for (const { typeName, input, output, errors } of drafts) {
    for (const end of ['Errors', 'Failure']) {
      names.set(`${typeName}${end}`, undefined).set(`Handler${typeName}${end}`, undefined);
    }
    const sides = { Input: input, Output: output };
    const data = errors.map((error) => [`${error.typeName}Data`, error.data] as const);
    for (const [end, side] of [...Object.entries(sides), ...data]) {
      names.set(`${typeName}${end}`, idOf(side?.wire)).set(`Handler${typeName}${end}`, idOf(side?.handler));
    }
  }
  return names;
}

function idOf(shape: Shape | undefined): string | undefined {
  return shape?.kind === 'ref' && shape.readonly !== true && shape.doc === undefined ? shape.name : undefined;
}

function wireShapes({ input, output, errors }: MethodDraft): Shape[] {
  return [input.wire, output.wire, ...errors.flatMap(({ data }) => (data === undefined ? [] : [data.wire]))];
}

function handlerShapes({ input, output, errors }: MethodDraft): Shape[] {
  const sides = [input, output, ...errors.flatMap(({ data }) => (data === undefined ? [] : [data]))];
  return sides.flatMap(({ handler }) => (handler === undefined ? [] : [handler]));
}
