import type { MethodModel, ServiceModel } from '../model/model.ts';
import { GeneratedFile, methodText, stringText } from './generated-file.ts';
import { methodDoc } from './method-doc.ts';
import { type PrintOptions, ServiceNames, typeNames } from './service-names.ts';
import { isVoid } from './types-file.ts';

/** Prints the client class. It needs `@reeve/client` and the generated neighbours, nothing else. */
export function printClient(service: ServiceModel, options: PrintOptions): string {
  const names = new ServiceNames(service, options);
  const file = new GeneratedFile(names.preamble);
  file.importType('Caller', CLIENT);
  file.importType('CallOptions', CLIENT);
  file.importType('MethodCall', CLIENT);
  file.importType('Result', CLIENT);
  const signatures = service.methods.map((method) => signatureOf(method, file, names));
  for (const signature of signatures) printFailure(file, names, signature);
  file.gap();
  printClass(file, names, signatures);
  printSafeInterface(file, names, signatures);
  return file.toString();
}

/** How a method reads in code. */
interface Signature {
  readonly method: MethodModel;
  readonly input: string;
  readonly output: string;
  /** Name of the type of its failures, if it declares any. */
  readonly failure: string | undefined;
  /** `input: PlaceInput, options?: CallOptions` */
  readonly parameters: string;
  /** What is passed on, and the names under which it is taken. */
  readonly passed: string;
  readonly taken: string;
}

function signatureOf(method: MethodModel, file: GeneratedFile, names: ServiceNames): Signature {
  const type = (name: string, shape: { readonly kind: string }): string =>
    isVoid(shape) ? 'void' : file.importType(name, names.specifier('types'));
  const input = type(typeNames(method).input, method.input.wire);
  const output = type(typeNames(method).output, method.output.wire);
  const failure = method.errors.length === 0 ? undefined : typeNames(method).failure;
  if (input === 'void') {
    return {
      method,
      input,
      output,
      failure,
      parameters: 'options?: CallOptions',
      passed: 'undefined, options',
      taken: 'options',
    };
  }
  const mark = mayBeUndefined(method) ? '?' : '';
  const parameters = `input${mark}: ${input}, options?: CallOptions`;
  return { method, input, output, failure, parameters, passed: 'input, options', taken: 'input, options' };
}

/** A union that is told apart by `declared`. */
function printFailure(file: GeneratedFile, names: ServiceNames, { method, failure }: Signature): void {
  if (failure === undefined) return;
  const declared = file.importType('DeclaredError', CLIENT);
  const others = file.importType('UndeclaredError', CLIENT);
  file.gap();
  file.jsDoc(`How \`${method.name}\` may fail: \`declared\` says which error it is, and \`data\` has its type.`);
  file.print(`export type ${failure} =`);
  for (const { name, typeName, data } of method.errors) {
    const dataName = `${method.typeName}${typeName}Data`;
    const type = data === undefined ? 'undefined' : file.importType(dataName, names.specifier('types'));
    file.print(`  | ${declared}<${stringText(name)}, ${type}>`);
  }
  file.print(`  | ${others};`);
}

function printClass(file: GeneratedFile, names: ServiceNames, signatures: readonly Signature[]): void {
  const { service } = names;
  file.jsDoc(service.doc ?? `Calls the service \`${service.name}\`.`);
  file.block(`export class ${names.client} {`, () => {
    for (const { method, input, output, failure } of signatures) {
      const types = [input, output, ...(failure === undefined ? [] : [failure])].join(', ');
      file.print(`readonly #${method.name}: MethodCall<${types}>;`);
    }
    file.gap();
    file.jsDoc('The same methods; they return a result and do not throw.');
    file.print(`readonly safe: ${names.safeClient};`);
    file.gap();
    printConstructor(file, names, signatures);
    for (const { method, output, parameters, passed } of signatures) {
      file.gap();
      file.jsDoc(methodDoc(method));
      file.block(`${method.name}(${parameters}): Promise<${output}> {`, () => {
        file.print(`return this.#${method.name}(${passed});`);
      });
    }
    if (service.methods.some(({ errors }) => errors.length > 0)) printIsError(file, names);
  });
}

function printConstructor(file: GeneratedFile, names: ServiceNames, signatures: readonly Signature[]): void {
  const descriptor = file.import(names.descriptor, names.specifier('descriptor'));
  file.block('constructor(reeve: Caller) {', () => {
    for (const { method } of signatures) {
      file.print(`this.#${method.name} = reeve.method(${descriptor}, ${stringText(method.name)});`);
    }
    file.block(
      'this.safe = {',
      () => {
        for (const { method, passed, taken } of signatures) {
          file.print(`${method.name}: (${taken}) => this.#${method.name}.safe(${passed}),`);
        }
      },
      '};',
    );
  });
}

function printIsError(file: GeneratedFile, names: ServiceNames): void {
  const isDeclared = file.import('isDeclared', CLIENT);
  const declared = file.importType('DeclaredError', CLIENT);
  const errors = file.importType(names.errors, names.specifier('types'));
  file.gap();
  file.jsDoc('Tells an error that the contract declares from other failures. Its `data` then has a type.');
  file.print(
    `static isError<N extends keyof ${errors}>(`,
    '  error: unknown,',
    '  name: N,',
    `): error is ${declared}<N, ${errors}[N]> {`,
    `  return ${isDeclared}(error, name);`,
    '}',
  );
}

function printSafeInterface(file: GeneratedFile, names: ServiceNames, signatures: readonly Signature[]): void {
  file.gap();
  file.jsDoc(`Methods of \`${names.service.name}\` that return a result and do not throw.`);
  file.block(`export interface ${names.safeClient} {`, () => {
    for (const { method, output, failure, parameters } of signatures) {
      file.jsDoc(method.doc);
      const types = failure === undefined ? output : `${output}, ${failure}`;
      file.print(`${methodText(method.name)}(${parameters}): Promise<Result<${types}>>;`);
    }
  });
}

function mayBeUndefined({ input }: MethodModel): boolean {
  return input.wire.kind === 'union' && input.wire.options.some(({ kind }) => kind === 'undefined');
}

const CLIENT = '@reeve/client';
