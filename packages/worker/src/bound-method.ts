import type { Method, Validated, ValidationIssue, Validator } from '@reeve/contract';
import { validator } from '@reeve/contract';
import type {
  Code,
  CompiledShape,
  Decoded,
  FailureDetail,
  MethodDescriptor,
  OfferedMethod,
  ServiceDescriptor,
} from '@reeve/protocol';
import { ReeveError, VERDICTS, compileShape } from '@reeve/protocol';
import type { Context } from './context.ts';
import type { WorkerFailure } from './core/worker-event.ts';
import { declaredError } from './declared-error.ts';

export interface BoundMethodArgs {
  readonly service: ServiceDescriptor;
  readonly descriptor: MethodDescriptor;
  readonly contract: Method;
  readonly handler: (input: unknown, context: Context) => unknown;
  readonly limit: number | undefined;
}

/** A method with its handler and everything that is compiled for it, once. */
export class BoundMethod {
  /** Such as `orders.quote`. */
  readonly fullName: string;
  readonly service: string;
  readonly name: string;
  readonly handler: (input: unknown, context: Context) => unknown;
  /** How many of its handlers may be at work at once. */
  readonly limit: number | undefined;
  /** What the broker is told of it. */
  readonly offer: OfferedMethod;
  /** Checks the output. May give a promise; throws what the schema's own code throws. */
  readonly checkOutput: Validator<unknown>;

  readonly #input: CompiledShape;
  readonly #checkInput: Validator<unknown>;
  readonly #output: CompiledShape;
  readonly #errors = new Map<string, BoundError>();

  constructor({ service, descriptor, contract, handler, limit }: BoundMethodArgs) {
    this.service = service.name;
    this.name = descriptor.name;
    this.fullName = `${service.name}.${descriptor.name}`;
    this.handler = handler;
    this.limit = limit;
    this.offer = offerOf(service, descriptor);
    this.#input = compileShape(descriptor.input, service.shapes);
    this.#checkInput = validator(contract.input);
    this.#output = compileShape(descriptor.output, service.shapes);
    this.checkOutput = validator(contract.output);
    for (const [name, { code, data }] of Object.entries(descriptor.errors)) {
      const schema = contract.errors[name]?.data;
      const hasData = data !== undefined && schema !== undefined;
      const rest = hasData ? { check: validator(schema), shape: compileShape(data, service.shapes) } : {};
      this.#errors.set(name, { code, ...rest });
    }
  }

  /** Checks an input. May give a promise; throws what the schema's own code throws. */
  readInput(decoded: Decoded): Validated<unknown> | Promise<Validated<unknown>> {
    if (!decoded.ok) return UNREADABLE;
    return this.#checkInput(this.#input.lift(decoded.value));
  }

  /** Makes a checked output ready to be encoded, or says what of it cannot be. */
  lowerOutput(value: unknown): Validated<unknown> {
    return lowerWith(this.#output, value);
  }

  /** Makes a declared error, as `ctx.error` gives it to a handler. */
  declaredError(name: string, data: unknown): ReeveError {
    return declaredError(this.fullName, this.#errors, name, data);
  }

  /** Whether this was thrown on purpose: an error that the contract declares. */
  declares(thrown: unknown): thrown is ReeveError & { readonly declared: string } {
    return thrown instanceof ReeveError && thrown.declared !== undefined && this.#errors.has(thrown.declared);
  }

  /** Turns a declared error into what goes over the wire, or says what is wrong with its data. May give a promise. */
  declaredFailure(thrown: ReeveError & { readonly declared: string }): Declared | Promise<Declared> {
    const bound = this.#errors.get(thrown.declared)!;
    const detail: FailureDetail = { message: `${this.fullName}: ${thrown.declared}`, declared: thrown.declared };
    const failure = { verdict: VERDICTS.declared, code: bound.code, detail };
    const { check, shape } = bound;
    if (check === undefined || shape === undefined) return { ok: true, failure };
    const finish = (checked: Validated<unknown>): Declared => {
      if (!checked.ok) return checked;
      const lowered = lowerWith(shape, checked.value);
      if (!lowered.ok) return lowered;
      return { ok: true, failure: { ...failure, detail: { ...detail, data: lowered.value } } };
    };
    const checked = check(thrown.data);
    return checked instanceof Promise ? checked.then(finish) : finish(checked);
  }
}

/** What becomes of a declared error. */
export type Declared =
  | { readonly ok: true; readonly failure: WorkerFailure }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

interface BoundError {
  readonly code: Code;
  readonly check?: Validator<unknown>;
  readonly shape?: CompiledShape;
}

function offerOf(service: ServiceDescriptor, method: MethodDescriptor): OfferedMethod {
  const { name, fingerprint, accepts, refuses = [], idempotent, key, leaseMs, finish } = method;
  const { name: serviceName, version } = service;
  const delivery = {
    idempotent,
    key,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(finish === undefined ? {} : { finish }),
  };
  return { service: serviceName, version, method: name, fingerprint, accepts, refuses, ...delivery };
}

function lowerWith(shape: CompiledShape, value: unknown): Validated<unknown> {
  const lowered = shape.lower(value);
  const issues = shape.unsendable(lowered);
  return issues.length === 0 ? { ok: true, value: lowered } : { ok: false, issues };
}

const UNREADABLE: Validated<never> = { ok: false, issues: [{ path: '', message: 'not MessagePack' }] };
