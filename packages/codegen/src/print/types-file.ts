import type { Shape } from '@reeve/protocol';
import { refsOf } from '../model/map-shape.ts';
import type { MethodModel, ServiceModel } from '../model/model.ts';
import { declareType } from './declare-type.ts';
import { GeneratedFile, propertyText } from './generated-file.ts';
import { type PrintOptions, ServiceNames, typeNames } from './service-names.ts';

/** Prints plain types of everything that crosses the wire. */
export function printTypes(service: ServiceModel, options: PrintOptions): string {
  const names = new ServiceNames(service, options);
  const file = new GeneratedFile(names.preamble);
  printShared(file, service, names);
  const methodTypes = new Map(service.methods.flatMap(typesOfMethod).map((type) => [type.name, type]));
  for (const { name, shape } of service.types) {
    if (!service.sharedTypes.includes(name)) declareType(file, name, shape, shape.doc ?? methodTypes.get(name)?.doc);
  }
  for (const method of service.methods) printMethod(file, method);
  if (service.methods.some(({ errors }) => errors.length > 0)) printAllErrors(file, service, names);
  return file.toString();
}

/** What services have in common is declared once, and can be had from each of them. */
function printShared(file: GeneratedFile, { types, methods, sharedTypes }: ServiceModel, names: ServiceNames): void {
  if (sharedTypes.length === 0) return;
  const declared = types.filter(({ name }) => !sharedTypes.includes(name));
  const shapes = [...declared, ...methods.flatMap(typesOfMethod)].map(({ shape }) => shape);
  for (const name of shapes.flatMap(refsOf)) if (sharedTypes.includes(name)) file.importType(name, names.shared);
  file.exportTypes(sharedTypes, names.shared);
}

interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
  readonly doc: string;
}

/** What a method takes and gives, under names that go with its own. */
function typesOfMethod(method: MethodModel): NamedShape[] {
  const { input, output } = typeNames(method);
  const types = [
    { name: input, shape: method.input.wire, doc: `What \`${method.name}\` takes.` },
    { name: output, shape: method.output.wire, doc: `What \`${method.name}\` returns.` },
    ...method.errors.flatMap(({ name, typeName, data }) =>
      data === undefined
        ? []
        : [
            {
              name: `${method.typeName}${typeName}Data`,
              shape: data.wire,
              doc: `What ${name} of \`${method.name}\` tells.`,
            },
          ],
    ),
  ];
  return types.filter(({ shape }) => !isVoid(shape));
}

function printMethod(file: GeneratedFile, method: MethodModel): void {
  for (const { name, shape, doc } of typesOfMethod(method)) {
    // A schema that has the very name of what it describes is declared already.
    if (shape.kind !== 'ref' || shape.name !== name) declareType(file, name, shape, shape.doc ?? doc);
  }
  if (method.errors.length === 0) return;
  file.gap();
  file.jsDoc(`Errors that \`${method.name}\` declares, by name, with their data.`);
  file.block(`export interface ${typeNames(method).errors} {`, () => {
    for (const { name, typeName, doc, data } of method.errors) {
      file.jsDoc(doc);
      file.print(`${propertyText(name)}: ${data === undefined ? 'undefined' : `${method.typeName}${typeName}Data`};`);
    }
  });
}

/** One name may be declared by several methods. */
function printAllErrors(file: GeneratedFile, { name, methods }: ServiceModel, names: ServiceNames): void {
  const owners = new Map<string, string[]>();
  for (const method of methods) {
    for (const error of method.errors) {
      const type = `${typeNames(method).errors}['${error.name}']`;
      owners.set(error.name, [...(owners.get(error.name) ?? []), type]);
    }
  }
  file.gap();
  file.jsDoc(`Errors that methods of \`${name}\` declare, by name, with their data.`);
  file.block(`export interface ${names.errors} {`, () => {
    for (const [errorName, types] of owners) file.print(`${propertyText(errorName)}: ${types.join(' | ')};`);
  });
}

/** Whether there is nothing to say about a side. */
export function isVoid(shape: { readonly kind: string }): boolean {
  return shape.kind === 'undefined';
}
