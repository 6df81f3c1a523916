import type { AnswerView, Executed, Instant, Limits } from '@reeve/protocol';
import { Fifo, copyOut } from '@reeve/protocol';

/**
 * Keeps the results of calls with keys. The broker asks it before it starts a call and tells it when one has ended.
 *
 * One in memory keeps them for the life of one broker. One that several brokers share would answer later than it is
 * asked; then a call with a key would have to wait for the answer as it does for a worker.
 */
export interface ResultStore {
  readonly size: number;
  /** What is kept for a key, unless it is too old. */
  get(now: Instant, id: string): KeptResult | undefined;
  put(now: Instant, id: string, kept: KeptResult): void;
  /** Forgets what is too old. */
  expire(now: Instant): void;
}

/** The result of a key, and the hash of the body that led to it. */
export interface KeptResult {
  readonly hash: string;
  readonly result: Result;
}

/** How a call ended, in a form that does not depend on the frame it came in. */
export type Result =
  | { readonly kind: 'reply'; readonly fingerprint: number; readonly body: Uint8Array }
  | {
      readonly kind: 'failure';
      /** Numbers as they are on the wire. */
      readonly code: number;
      readonly reason: number;
      readonly executed: Executed;
      readonly retryAfterMs: number;
      readonly detail: Uint8Array;
    };

/** Copies a worker's answer. */
export function resultOf(answer: AnswerView, isReply: boolean): Result {
  const body = answer.hasTail ? answer.bytes : copyOut(answer.bytes, answer.bodyStart, answer.bodyEnd);
  if (isReply) return { kind: 'reply', fingerprint: answer.fingerprint, body };
  const { code, reason, executed, retryAfterMs } = answer;
  return { kind: 'failure', code, reason, executed, retryAfterMs, detail: body };
}

/** Keeps results in memory: so many, so many bytes, for so long. The oldest go first. */
export class MemoryResultStore implements ResultStore {
  readonly #limits: Limits;
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they are to be forgotten. */
  readonly #order = new Fifo<Entry>();
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What all results weigh, with their keys. */
  get bytes(): number {
    return this.#bytes;
  }

  get(now: Instant, id: string): KeptResult | undefined {
    this.expire(now);
    return this.#entries.get(id);
  }

  put(now: Instant, id: string, { hash, result }: KeptResult): void {
    this.expire(now);
    if (this.#entries.has(id)) return;
    const bytes = id.length + (result.kind === 'reply' ? result.body : result.detail).length + ENTRY_BYTES;
    const entry: Entry = { id, hash, result, bytes, expiresAt: now + this.#limits.keyWindowMs };
    this.#entries.set(id, entry);
    this.#order.push(entry);
    this.#bytes += bytes;
    const { keyResultsMax, keyResultBytesMax } = this.#limits;
    while (this.#entries.size > keyResultsMax || this.#bytes > keyResultBytesMax) this.#forgetOldest();
  }

  expire(now: Instant): void {
    while (this.#order.size > 0 && this.#order.peek()!.expiresAt <= now) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const { id, bytes } = this.#order.shift()!;
    this.#entries.delete(id);
    this.#bytes -= bytes;
  }
}

interface Entry extends KeptResult {
  readonly id: string;
  readonly bytes: number;
  readonly expiresAt: Instant;
}

/** About what an entry takes besides its key and body. */
const ENTRY_BYTES = 256;
