import type { DeclaredError, Method, Service } from '@reeve/contract';
import { findAmbiguousUnion, LIMITS, type Shape } from '@reeve/protocol';
import { ts } from 'ts-morph';
import type { $ZodType } from 'zod/v4/core';
import { CodegenError, type Position } from '../codegen-error.ts';
import type { MethodModel, SidesModel } from '../model/model.ts';
import { pascalCase } from '../model/type-names.ts';
import { isBranded } from './branded.ts';
import { type Place, Refusal } from './refusal.ts';
import type { SchemaNames } from './schema-names.ts';
import type { SchemaSyntax } from './schema-syntax.ts';
import { ShapeReader, type Side } from './shape-reader.ts';
import { docOf, propertyOf, type SourceText, valueOf } from './source-text.ts';
import type { ServiceDraft } from './service-reading.ts';
import { TypeTable } from './type-table.ts';

export interface ServiceReaderArgs {
  readonly service: Service;
  readonly exportName: string;
  readonly file: string;
  /** Absent if the file is not of the project. */
  readonly source: SourceText | undefined;
  readonly names: SchemaNames;
  readonly syntax: SchemaSyntax;
}

/** A method before its types have their final names. */
export type MethodDraft = Omit<MethodModel, 'fingerprint'>;

/** Reads one service. */
export class ServiceReader {
  readonly #args: ServiceReaderArgs;
  readonly #types = new TypeTable();
  readonly #reader: ShapeReader;

  constructor(args: ServiceReaderArgs) {
    this.#args = args;
    this.#reader = new ShapeReader(this.#types, args.names, args.syntax);
  }

  read(): ServiceDraft {
    const { service, source, file, exportName } = this.#args;
    const call = source?.serviceCall(service.name);
    const methods = source?.resolve(call?.arguments[1] ?? ts.factory.createNull());
    const list = methods === undefined ? undefined : valueOf(propertyOf(methods, 'methods'));
    const literal = list === undefined ? undefined : source?.resolve(list);
    const drafts = Object.entries(service.methods).map(([name, method]) =>
      this.#readMethod(name, method, propertyOf(literal, name), this.#positionOf(call)),
    );
    this.#refuseAlike(drafts, this.#positionOf(call));
    const constant = source?.constants.get(exportName);
    const doc = service.doc ?? (constant === undefined ? undefined : docOf(constant));
    const { name, version } = service;
    return { name, version, doc, file, exportName, drafts, types: this.#types };
  }

  #readMethod(
    name: string,
    method: Method,
    node: ts.ObjectLiteralElementLike | undefined,
    fallback: Position | undefined,
  ): MethodDraft {
    const { service, source, syntax } = this.#args;
    const place = { path: `${service.name}.${name}`, position: node === undefined ? fallback : this.#positionOf(node) };
    const call = source?.resolve(valueOf(node) ?? ts.factory.createNull());
    const options = call !== undefined && ts.isCallExpression(call) ? call.arguments[0] : undefined;
    const literal = options === undefined ? undefined : source?.resolve(options);
    const errors = valueOf(propertyOf(literal, 'errors'));
    if (source !== undefined) {
      for (const side of ['input', 'output'] as const) {
        syntax.link(valueOf(propertyOf(literal, side)), method[side], source);
      }
    }
    return {
      name,
      typeName: pascalCase(name),
      doc: method.doc ?? (node === undefined ? undefined : docOf(node)),
      idempotent: method.idempotent,
      key: method.key,
      timeoutMs: method.timeoutMs ?? LIMITS.callTimeoutMs,
      leaseMs: method.leaseMs,
      finish: method.finish,
      input: this.#readSides(method.input, 'input', { ...place, path: `${place.path}.input` }),
      output: this.#readSides(method.output, 'output', { ...place, path: `${place.path}.output` }),
      errors: Object.entries(method.errors).map(([errorName, error]) => {
        const property = propertyOf(errors === undefined ? undefined : source?.resolve(errors), errorName);
        return {
          name: errorName,
          typeName: pascalCase(errorName),
          code: error.code,
          doc: property === undefined ? undefined : docOf(property),
          data: this.#readErrorData(error, { ...place, path: `${place.path}.errors.${errorName}` }),
        };
      }),
    };
  }

  #readErrorData({ data }: DeclaredError, place: Place): SidesModel | undefined {
    return data === undefined ? undefined : this.#readSides(data, 'output', place);
  }

  /** `wireSide`: the side that crosses the wire. The other one is what handlers deal with. */
  #readSides(schema: $ZodType, wireSide: Side, place: Place): SidesModel {
    return {
      wire: this.#readWire(schema, wireSide, place),
      handler: this.#readHandlerSide(schema, wireSide === 'input' ? 'output' : 'input', place),
    };
  }

  #readWire(schema: $ZodType, side: Side, place: Place): Shape {
    try {
      const shape = this.#reader.read(schema, side, place);
      this.#refuseAmbiguous(shape, place);
      return shape;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new CodegenError(error.message, { ...error.place, hint: error.hint });
    }
  }

  /** What cannot be known from outside, the contract's own types can say. */
  #readHandlerSide(schema: $ZodType, side: Side, place: Place): Shape | undefined {
    if (side === 'output' && isBranded(schema, this.#args.syntax)) return undefined;
    try {
      return this.#reader.read(schema, side, place);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  #refuseAmbiguous(shape: Shape, place: Place): void {
    const shapes = new Proxy<Record<string, Shape>>({}, { get: (_, id) => this.#types.byId(String(id))?.shape });
    const found = findAmbiguousUnion(shape, shapes);
    if (found === undefined) return;
    const [first, second] = [found.first, found.second].map((option) => WORDS[option.kind] ?? option.kind);
    const path =
      found.path === '' || found.path.startsWith('[') ? place.path + found.path : `${place.path}.${found.path}`;
    throw new Refusal(
      { ...place, path },
      `${first} and ${second} cannot be told apart on the wire.`,
      'Give each option a constant field of its own for z.discriminatedUnion to tell them by, or drop one of them.',
    );
  }

  #refuseAlike(drafts: readonly MethodDraft[], position: Position | undefined): void {
    const seen = new Map<string, string>();
    for (const { name, typeName } of drafts) {
      const other = seen.get(typeName);
      seen.set(typeName, name);
      if (other === undefined) continue;
      throw new CodegenError(`methods "${other}" and "${name}" would share the type names ${typeName}Input, ….`, {
        position,
        path: `${this.#args.service.name}.${name}`,
        hint: 'Rename one of them.',
      });
    }
  }

  #positionOf(node: ts.Node | undefined): Position | undefined {
    const { source, file } = this.#args;
    return node === undefined || source === undefined ? { file, line: 1, column: 1 } : source.positionOf(node);
  }
}

/** How kinds are called in a message, where the kind alone is no word. */
const WORDS: Readonly<Record<string, string>> = {
  any: 'something unknown',
  array: 'an array',
  bigint: 'a bigint',
  literal: 'a constant',
  map: 'a Map',
  null: 'null',
  nullable: 'null',
  number: 'a number',
  object: 'an object',
  record: 'a record',
  ref: 'a named type',
  set: 'a Set',
  string: 'a string',
  tuple: 'a tuple',
  undefined: 'undefined',
  union: 'a union',
};
