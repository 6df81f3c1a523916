import type { MethodModel, ServiceModel } from '../model/model.ts';
import { declareType } from './declare-type.ts';
import { GeneratedFile, propertyText } from './generated-file.ts';
import { type PrintOptions, ServiceNames, typeNames } from './service-names.ts';

/** Prints plain types of everything that crosses the wire. */
export function printTypes(service: ServiceModel, options: PrintOptions): string {
  const names = new ServiceNames(service, options);
  const file = new GeneratedFile(names.preamble);
  for (const { name, shape } of service.types) declareType(file, name, shape);
  for (const method of service.methods) printMethod(file, method);
  if (service.methods.some(({ errors }) => errors.length > 0)) printAllErrors(file, service, names);
  return file.toString();
}

function printMethod(file: GeneratedFile, method: MethodModel): void {
  const { input, output, errors } = typeNames(method);
  if (!isVoid(method.input.wire)) {
    declareType(file, input, method.input.wire, method.input.wire.doc ?? `What \`${method.name}\` takes.`);
  }
  if (!isVoid(method.output.wire)) {
    declareType(file, output, method.output.wire, method.output.wire.doc ?? `What \`${method.name}\` returns.`);
  }
  if (method.errors.length === 0) return;
  for (const { name, typeName, data } of method.errors) {
    const doc = data?.wire.doc ?? `What ${name} of \`${method.name}\` tells.`;
    if (data !== undefined) declareType(file, `${method.typeName}${typeName}Data`, data.wire, doc);
  }
  file.gap();
  file.jsDoc(`Errors that \`${method.name}\` declares, by name, with their data.`);
  file.block(`export interface ${errors} {`, () => {
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
