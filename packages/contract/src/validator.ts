import { type $ZodType, config, type output, type ParsePayload, util } from 'zod/v4/core';

import { issuePathText } from './issue-path.ts';
import { codeIn, type SchemaCode } from './schema-code.ts';

/** What is wrong with a value, and where. */
export interface ValidationIssue {
  /** Such as `lines[3].sku`; empty for the value as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The parsed value, or at most five issues. */
export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** Parses a value: at once where the schema allows it, else as a promise. */
export type Validator<T> = (value: unknown) => Validated<T> | Promise<Validated<T>>;

/**
 * Makes a parser of a schema that is safe against hostile input.
 *
 * It stops at the first mistake: collecting every one of 300,000 bad items takes half a second. A small value is then
 * parsed once more to name up to five, so refinements may run twice for a value that is refused. Data nested so deeply
 * that the stack ends is an issue like any other. An exception from the schema's own code is passed on.
 *
 * A transform that is asynchronous should be an `async` function: that a plain one returns a promise is only found out
 * by calling it, and once more.
 */
export function validator<S extends $ZodType>(schema: S): Validator<output<S>> {
  let mode = MODES[codeIn(schema)];
  return (value) => {
    try {
      return settle(schema, value, mode, run(schema, value, mode, true));
    } catch (error) {
      if (isStackOverflow(error)) return TOO_DEEP;
      if (!isAsyncError(error)) throw error;
      mode = MODES.async;
      return settle(schema, value, mode, run(schema, value, mode, true));
    }
  };
}

type Payload<S extends $ZodType> = ParsePayload<output<S>>;

/**
 * Value of `async` in the context of a parse. With `true` every transform takes a turn of the event loop. With `false`
 * a promise is an exception, and what becomes of that promise nobody hears. `undefined` takes what comes.
 */
type Mode = boolean | undefined;

const MODES = { none: false, some: undefined, async: true } as const satisfies Record<SchemaCode, Mode>;

function settle<S extends $ZodType>(
  schema: S,
  value: unknown,
  mode: Mode,
  first: Payload<S> | Promise<Payload<S>>,
): Validated<output<S>> | Promise<Validated<output<S>>> {
  if (first instanceof Promise) return settleLater(schema, value, mode, first);
  if (first.issues.length === 0) return { ok: true, value: first.value };
  const all = isSmall(value) ? run(schema, value, mode, false) : first;
  return all instanceof Promise ? all.then((later) => refused(first, later)) : refused(first, all);
}

async function settleLater<S extends $ZodType>(
  schema: S,
  value: unknown,
  mode: Mode,
  first: Promise<Payload<S>>,
): Promise<Validated<output<S>>> {
  try {
    return await settle(schema, value, mode, await first);
  } catch (error) {
    if (isStackOverflow(error)) return TOO_DEEP;
    throw error;
  }
}

function run<S extends $ZodType>(
  schema: S,
  value: unknown,
  mode: Mode,
  abortEarly: boolean,
): Payload<S> | Promise<Payload<S>> {
  return schema._zod.run({ value, issues: [] }, { async: mode, abortEarly }) as Payload<S> | Promise<Payload<S>>;
}

/** Takes the issues of the second parse, unless that one had none to find. */
function refused(first: ParsePayload, all: ParsePayload): Validated<never> {
  const raw = all.issues.length === 0 ? first.issues : all.issues;
  const issues = raw.slice(0, ISSUES_MAX).map((issue) => {
    const { path, message } = util.finalizeIssue(issue, undefined, config());
    return { path: issuePathText(path), message: cut(message) };
  });
  return { ok: false, issues };
}

/** Whether a value has few enough parts that naming all its mistakes is cheap. */
function isSmall(value: unknown): boolean {
  const queue = [value];
  for (let i = 0; i < queue.length; i++) {
    if (queue.length > PARTS_SMALL) return false;
    const part = queue[i];
    if (part instanceof Uint8Array || typeof part !== 'object' || part === null) continue;
    const size = part instanceof Map || part instanceof Set ? part.size : Object.keys(part).length;
    if (size > PARTS_SMALL) return false;
    queue.push(...(part instanceof Map ? [...part].flat() : part instanceof Set ? part : Object.values(part)));
  }
  return true;
}

/** Messages may name unknown keys, which come from outside. */
function cut(message: string): string {
  return message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX)}…` : message;
}

/** By name, because the schemas may come from another copy of Zod. */
function isAsyncError(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === '$ZodAsyncError';
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

const TOO_DEEP: Validated<never> = { ok: false, issues: [{ path: '', message: 'nested too deeply' }] };

/** As many as help someone who reads them. */
const ISSUES_MAX = 5;

const MESSAGE_LENGTH_MAX = 200;

/** A form or an order, not a bulk load. */
const PARTS_SMALL = 500;
