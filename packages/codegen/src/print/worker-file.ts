import type { MethodModel, ServiceModel, SidesModel } from '../model/model.ts';
import { refsOf } from '../model/map-shape.ts';
import { typeOnly } from '../model/type-only.ts';
import { declareType } from './declare-type.ts';
import { COLUMNS_MAX, GeneratedFile, methodText, propertyText, stringText } from './generated-file.ts';
import { type PrintOptions, ServiceNames, typeNames } from './service-names.ts';
import { isVoid } from './types-file.ts';

/** Prints what a worker needs: the type of the handlers and the function that binds them to the contract. */
export function printWorker(service: ServiceModel, options: PrintOptions): string {
  return new WorkerPrinter(service, options).print();
}

class WorkerPrinter {
  readonly #names: ServiceNames;
  readonly #file: GeneratedFile;
  readonly #service: ServiceModel;
  /** Names of the types that are declared in this file. */
  readonly #own: ReadonlySet<string>;

  constructor(service: ServiceModel, options: PrintOptions) {
    this.#service = service;
    this.#names = new ServiceNames(service, options);
    this.#file = new GeneratedFile(this.#names.preamble);
    this.#own = new Set(service.handlerTypes.map(({ name }) => name));
  }

  print(): string {
    const file = this.#file;
    const context = file.importType('Context', WORKER);
    const lines = this.#service.methods.map((method) => {
      const input = this.#typeOf(typeNames(method).input, method.input, method, 'HandlerInput');
      const output = this.#typeOf(typeNames(method).output, method.output, method, 'HandlerOutput');
      const errors = this.#errorsOf(method);
      const ctx = errors === undefined ? context : `${context}<${errors}>`;
      const result = `${output} | Promise<${output}>`;
      const name = methodText(method.name);
      const line = `${name}(input: ${input}, ctx: ${ctx}): ${result};`;
      if (line.length + 2 <= COLUMNS_MAX) return { doc: method.doc, line };
      return { doc: method.doc, line: `${name}(\n  input: ${input},\n  ctx: ${ctx},\n): ${result};` };
    });
    file.gap();
    file.jsDoc(`Handlers of \`${this.#service.name}\`, one for each method.`);
    const printLines = (): void => {
      for (const { doc, line } of lines) {
        file.jsDoc(doc);
        file.print(line);
      }
    };
    file.block(`export type ${this.#names.handlers} = {`, printLines, '};');
    this.#printServe();
    for (const { name, shape } of this.#service.handlerTypes) {
      this.#importRefs(shape);
      declareType(file, name, shape);
    }
    this.#printDescribe();
    return file.toString();
  }

  /** Who never asks never loads it. */
  #printDescribe(): void {
    const file = this.#file;
    const { describe, description } = this.#names;
    file.gap();
    file.jsDoc('Loads what the contract says to people.');
    file.block(`async function ${describe}(): Promise<unknown> {`, () => {
      const module = stringText(this.#names.specifier('description'));
      file.print(`return (await import(${module})).${description};`);
    });
  }

  #printServe(): void {
    const file = this.#file;
    const { handlers, options, serve, descriptor, contractName } = this.#names;
    const bind = file.import('bindService', WORKER);
    const binding = file.importType('ServiceBinding', WORKER);
    const data = file.import(descriptor, this.#names.specifier('descriptor'));
    this.#importContract();
    file.gap();
    file.block(`export interface ${options} {`, () => {
      file.jsDoc('For a method: how many of its handlers may be at work at once. Default: as many as the worker runs.');
      file.print(`concurrency?: { readonly [M in keyof ${handlers}]?: number };`);
    });
    file.gap();
    file.jsDoc('Puts the handlers and the contract together, for `serve`. Throws if a handler is missing.');
    file.block(`export function ${serve}(handlers: ${handlers}, options: ${options} = {}): ${binding} {`, () => {
      file.block(
        `return ${bind}({`,
        () =>
          file.print(
            `descriptor: ${data},`,
            `contract: ${contractName},`,
            'handlers,',
            'concurrency: options.concurrency,',
            `describe: ${this.#names.describe},`,
          ),
        '});',
      );
    });
    this.#printInThreads(binding, data);
  }

  /** A declaration says what is attached, as compilers want it that look at one file at a time. */
  #printInThreads(binding: string, data: string): void {
    const file = this.#file;
    const { handlers, options, serve, contractName } = this.#names;
    const bind = file.import('bindInThreads', WORKER);
    const more = file.importType('ThreadOptions', WORKER);
    file.gap();
    file.block(`export declare namespace ${serve} {`, () => {
      file.jsDoc(
        'Runs the handlers in threads, a call at a time in each: for handlers that compute. ' +
          'The default export of the\n' +
          `module are the handlers, of type \`${handlers}\`.`,
      );
      file.print(`let inThreads: (module: URL, options?: ${options} & ${more}) => ${binding};`);
    });
    file.gap();
    const { describe } = this.#names;
    const fields = [
      `descriptor: ${data}`,
      `contract: ${contractName}`,
      'module',
      `describe: ${describe}`,
      '...options',
    ];
    const print = (): void => file.print(...fields.map((field) => `${field},`));
    file.block(`${serve}.inThreads = (module, options = {}) =>`, () => file.block(`${bind}({`, print, '});'), '');
  }

  /** The type that a handler deals with: the one of the wire, one of its own, or the contract's. */
  #typeOf(name: string, sides: SidesModel, method: MethodModel, part: HandlerPart, more?: string): string {
    const { handler } = sides;
    if (handler === undefined) return this.#contractType(part, method, more);
    if (isVoid(handler)) return 'void';
    if (isSameType(sides)) return this.#file.importType(name, this.#names.specifier('types'));
    this.#importRefs(handler);
    const own = `Handler${name}`;
    // A schema that has the very name of what it describes is declared with the others.
    if (handler.kind !== 'ref' || handler.name !== own) {
      declareType(this.#file, own, handler, HANDLER_DOCS[part](method.name));
    }
    return own;
  }

  #contractType(part: HandlerPart, method: MethodModel, more = ''): string {
    const contractName = this.#importContract();
    return `${this.#file.importType(part, '@reeve/contract')}<typeof ${contractName}, '${method.name}'${more}>`;
  }

  #importContract(): string {
    const { contract, contractName } = this.#names;
    if (this.#service.exportName === 'default') return this.#file.importDefault(contractName, contract);
    return this.#file.import(contractName, contract);
  }

  /** Name of the type that maps errors to the data with which a handler declares them. */
  #errorsOf(method: MethodModel): string | undefined {
    if (method.errors.length === 0) return undefined;
    const name = typeNames(method).errors;
    const isSame = method.errors.every(({ data }) => data === undefined || isSameType(data));
    if (isSame) return this.#file.importType(name, this.#names.specifier('types'));
    const fields = method.errors.map((error) => {
      const { data } = error;
      if (data === undefined) return `${propertyText(error.name)}: undefined;`;
      const typeName = `${method.typeName}${error.typeName}Data`;
      const type = this.#typeOf(typeName, data, method, 'HandlerErrorData', `, '${error.name}'`);
      return `${propertyText(error.name)}: ${type};`;
    });
    this.#file.gap();
    this.#file.jsDoc(`Errors that a handler of \`${method.name}\` may declare, by name, with their data.`);
    this.#file.block(`export interface Handler${name} {`, () => this.#file.print(...fields));
    return `Handler${name}`;
  }

  #importRefs(shape: Parameters<typeof refsOf>[0]): void {
    for (const name of refsOf(shape))
      if (!this.#own.has(name)) this.#file.importType(name, this.#names.specifier('types'));
  }
}

/** Whether handlers deal with the very type that crosses the wire. */
function isSameType({ wire, handler }: SidesModel): boolean {
  return handler !== undefined && JSON.stringify(typeOnly(handler)) === JSON.stringify(typeOnly(wire));
}

const WORKER = '@reeve/worker';

/** Types of `@reeve/contract` that say what only a contract knows. */
type HandlerPart = 'HandlerInput' | 'HandlerOutput' | 'HandlerErrorData';

const HANDLER_DOCS: Readonly<Record<HandlerPart, (name: string) => string>> = {
  HandlerInput: (name) => `What a handler of \`${name}\` gets: the input after the contract's schema.`,
  HandlerOutput: (name) => `What a handler of \`${name}\` returns: the output before the contract's schema.`,
  HandlerErrorData: (name) => `What a handler of \`${name}\` says with that error, before the contract's schema.`,
};
