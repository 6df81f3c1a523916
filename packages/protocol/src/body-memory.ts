import { allocate } from './bytes.ts';
import { LIMITS } from './limits.ts';

/**
 * Memory of large encoded bodies, used again for the next ones once nobody reads them any more.
 *
 * Memory outside of the engine's heap makes it collect the whole heap for each 64 MB that were allocated: for a body of
 * a megabyte that costs more than all else that is done with it.
 *
 * Who encoded a body may give it back, once and only when nobody can read it any more: neither Reeve nor the transport.
 * Whoever is not sure does not: the engine collects it then, as it does everything else.
 */
export class BodyMemory {
  /** Oldest first. */
  readonly #free: Block[] = [];
  /** Those that are out too. One entry for each, however often it is used: weak entries make a collection slower. */
  readonly #blocks = new WeakMap<ArrayBufferLike, Block>();
  #freeBytes = 0;

  /** Bytes that wait to be used again. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Bytes of a length. Their content is not defined: the caller must write every one of them. */
  take(length: number): Uint8Array {
    const block = this.#takeFree(length) ?? this.#make(length);
    block.lent = block.whole.subarray(0, length);
    return block.lent;
  }

  /** Gives back what was taken here. Of other arrays, and of one that was given back already, nothing comes. */
  giveBack(bytes: Uint8Array): void {
    const block = this.#blocks.get(bytes.buffer);
    if (block === undefined || block.lent !== bytes) return;
    block.lent = undefined;
    if (block.whole.length > FREE_BYTES_MAX) return;
    this.#free.push(block);
    this.#freeBytes += block.whole.length;
    while (this.#freeBytes > FREE_BYTES_MAX) this.#freeBytes -= this.#free.shift()!.whole.length;
  }

  #make(length: number): Block {
    const block: Block = { whole: allocate(Math.ceil(length / STEP_BYTES) * STEP_BYTES), lent: undefined };
    const { buffer } = block.whole;
    // Where the process shares one buffer among larger arrays than it usually does, it is not ours alone.
    if (buffer.byteLength === block.whole.length) this.#blocks.set(buffer, block);
    return block;
  }

  /** Of those that are long enough and not more than twice as long, the newest: the likeliest to be in a cache. */
  #takeFree(length: number): Block | undefined {
    const at = this.#free.findLastIndex(
      ({ whole }) => whole.length >= length && whole.length <= 2 * length + STEP_BYTES,
    );
    if (at === -1) return undefined;
    const [found] = this.#free.splice(at, 1);
    this.#freeBytes -= found!.whole.length;
    return found;
  }
}

interface Block {
  readonly whole: Uint8Array;
  /** The part of it that is out. */
  lent: Uint8Array | undefined;
}

/** One for the process: what one client gives back another may use. */
export const bodyMemory: BodyMemory = new BodyMemory();

/** Bodies of nearly the same length fit into the same memory. */
const STEP_BYTES = 4_096;
/** A window: so much is on its way to a broker at a time. A process that once sent large bodies goes on holding it. */
const FREE_BYTES_MAX: number = LIMITS.windowBytes;
