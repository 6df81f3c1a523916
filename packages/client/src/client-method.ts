import type { CompiledShape, FailureDetail, Issue, MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import { ReeveError, VERDICTS, compileShape, decodeBody, decodeValue, encodeValue, wordsFor } from '@reeve/protocol';
import type { CallOptions, CallSettings, Impatience } from './call-options.ts';
import { NO_OPTIONS, resolveCallOptions } from './call-options.ts';
import type { Call, Failure, Route } from './core/index.ts';

/** A method with everything that is compiled for it, once: turns inputs into bytes, and bytes into replies. */
export class ClientMethod {
  /** Such as `orders.quote`. */
  readonly fullName: string;
  readonly service: string;
  readonly descriptor: MethodDescriptor;
  readonly route: Route;
  readonly #input: CompiledShape;
  readonly #output: CompiledShape;
  readonly #errors = new Map<string, CompiledShape>();
  #settings: CallSettings | undefined;

  constructor(service: ServiceDescriptor, descriptor: MethodDescriptor, addRoute: (route: NewRoute) => Route) {
    this.fullName = `${service.name}.${descriptor.name}`;
    this.service = service.name;
    this.descriptor = descriptor;
    this.#input = compileShape(descriptor.input, service.shapes);
    this.#output = compileShape(descriptor.output, service.shapes);
    for (const [name, { data }] of Object.entries(descriptor.errors)) {
      if (data !== undefined) this.#errors.set(name, compileShape(data, service.shapes));
    }
    const { name: method, fingerprint, acceptsWorkers: accepts = [], refusesWorkers, idempotent } = descriptor;
    const refuses = refusesWorkers === undefined ? {} : { refuses: refusesWorkers };
    this.route = addRoute({ service: service.name, method, fingerprint, accepts, ...refuses, idempotent });
  }

  /** Fills in the options of a call. Most have none, and then all calls of the method share what comes of it. */
  settingsOf(options: CallOptions, impatience: Impatience): CallSettings {
    if (options !== NO_OPTIONS) return resolveCallOptions(this.descriptor, options, impatience);
    return (this.#settings ??= resolveCallOptions(this.descriptor, options, impatience));
  }

  /** Checks and encodes an input. Throws a `ReeveError` that says what does not fit. */
  encode(input: unknown): Uint8Array {
    const issues = this.#input.check(input);
    if (issues.length > 0) throw this.#invalid(issues.map(issueText).join('; '));
    try {
      return encodeValue(this.#input.lower(input));
    } catch (thrown) {
      throw this.#invalid(thrown instanceof Error ? thrown.message : 'it cannot be encoded', thrown);
    }
  }

  /** Decodes a reply. Throws a `ReeveError` if it cannot be read. */
  decode(bytes: Uint8Array, start?: number, end?: number): unknown {
    const decoded = decodeBody(bytes, start, end);
    if (decoded.ok) return this.#output.lift(decoded.value);
    throw ReeveError.of(VERDICTS.invalidOutput, `${this.fullName}: the reply cannot be read: ${decoded.why}`);
  }

  /** The error that a caller gets. `hint` is put after the words for it. */
  error(call: Call, failure: Failure, more: { readonly cause: unknown; readonly hint: string }): ReeveError {
    const detail = detailOf(failure);
    const { code, reason, executed, retryAfterMs } = failure;
    const text = detail.message ?? failure.message ?? wordsFor(reason, executed);
    const data = detail.declared === undefined ? undefined : this.#liftData(detail.declared, detail.data);
    return new ReeveError(this.#named(`${text}${more.hint}`), {
      code,
      reason,
      executed,
      retryAfterMs,
      attempts: call.sends,
      declared: detail.declared,
      data,
      cause: more.cause,
    });
  }

  /** The error of a call whose signal was raised before it began. */
  canceledError(cause: unknown): ReeveError {
    const text = `${this.fullName}: ${VERDICTS.canceledUnsent.when}`;
    return ReeveError.of(VERDICTS.canceledUnsent, text, { cause });
  }

  /** The error of a call that is made after the client was closed. */
  closedError(): ReeveError {
    return ReeveError.of(VERDICTS.closedUnsent, `${this.fullName}: ${VERDICTS.closedUnsent.when}`);
  }

  #liftData(name: string, data: unknown): unknown {
    const shape = this.#errors.get(name);
    return shape === undefined ? data : shape.lift(data);
  }

  #invalid(what: string, cause?: unknown): ReeveError {
    return ReeveError.of(VERDICTS.invalidInput, `${this.fullName}: the input does not fit: ${what}`, { cause });
  }

  /** A worker may have put the name before its words already. */
  #named(text: string): string {
    return text.startsWith(`${this.fullName}:`) ? text : `${this.fullName}: ${text}`;
  }
}

/** A route that has no number yet. */
export type NewRoute = Omit<Route, 'route'>;

function issueText({ path, message }: Issue): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** Reads the detail of a FAILURE. What is not what it should be is left out. */
function detailOf(failure: Failure): FailureDetail {
  if (failure.detail === undefined) return {};
  const decoded = decodeValue(failure.detail);
  if (!decoded.ok || typeof decoded.value !== 'object' || decoded.value === null) return {};
  const { message, declared, data } = decoded.value as Record<string, unknown>;
  return {
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof declared === 'string' ? { declared } : {}),
    data,
  };
}
