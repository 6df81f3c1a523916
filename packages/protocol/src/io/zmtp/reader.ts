import { copyOut } from '../../bytes.ts';
import { COMMAND, LONG, MORE } from './flags.ts';
import { ZmtpError } from './zmtp-error.ts';

/** What a reader found: the frames of a whole message, or the body of a command. */
export type Item =
  | { readonly kind: 'message'; readonly frames: Uint8Array[] }
  | { readonly kind: 'command'; readonly body: Uint8Array };

/**
 * Takes bytes in whatever pieces they come and gives out messages and commands (RFC 37, "Framing").
 *
 * A frame that is larger than `VIEW_BYTES_MAX` gets bytes of its own, for it may be kept, and would keep the rest of
 * the piece that it came in as well. Smaller ones are views of their piece, unless that was lent only.
 */
export class ZmtpReader {
  readonly #frameBytesMax: number;
  /** What was put in and not taken out, from `#at` on. */
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #isLent = false;
  /** A large frame of which a part has come: filled directly. */
  #large: Uint8Array | undefined;
  #filled = 0;
  #flags = 0;
  #frames: Uint8Array[] = [];
  #messageBytes = 0;

  /** Refuses frames of more bytes, and messages of more than some of them. */
  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Puts bytes in. They must not change afterwards. */
  put(bytes: Uint8Array): void {
    if (this.#at === this.#bytes.length) {
      this.#bytes = bytes;
    } else {
      // What is left is shorter than a header or than a frame that is not large.
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), bytes]);
    }
    this.#at = 0;
  }

  /** Puts bytes in that may change after `giveBack`. */
  lend(bytes: Uint8Array): void {
    this.put(bytes);
    this.#isLent = this.#bytes === bytes;
  }

  /** Gives lent bytes back: what was not taken out of them is copied. */
  giveBack(): void {
    if (!this.#isLent) return;
    this.#isLent = false;
    this.#bytes = copyOut(this.#bytes, this.#at, this.#bytes.length);
    this.#at = 0;
  }

  /**
   * Where the next bytes belong if they are the middle of a large frame: read there, and told by `filled`, they need
   * not be moved any more. To be asked for before each read.
   */
  get room(): Uint8Array | undefined {
    if (this.#large === undefined || this.#large.length - this.#filled < ROOM_BYTES_MIN) return undefined;
    return this.#large.subarray(this.#filled);
  }

  /** Tells how many bytes were read into the room. */
  filled(count: number): void {
    this.#filled += count;
  }

  /** Takes the next item out, or `undefined` if more bytes are needed. Throws a `ZmtpError` for what cannot be read. */
  take(): Item | undefined {
    for (;;) {
      const frame = this.#large === undefined ? this.#takeFrame() : this.#fill(this.#large);
      if (frame === undefined) return undefined;
      const flags = this.#flags;
      if ((flags & COMMAND) !== 0) return { kind: 'command', body: frame };
      this.#frames.push(frame);
      if ((flags & MORE) !== 0) continue;
      const frames = this.#frames;
      this.#frames = [];
      this.#messageBytes = 0;
      return { kind: 'message', frames };
    }
  }

  #takeFrame(): Uint8Array | undefined {
    const bytes = this.#bytes;
    const at = this.#at;
    const ready = bytes.length - at;
    if (ready < 2) return undefined;
    const flags = bytes[at]!;
    if (flags > (MORE | LONG | COMMAND) || (flags & (COMMAND | MORE)) === (COMMAND | MORE)) {
      throw new ZmtpError(`a frame with the flags ${flags}`);
    }
    const isLong = (flags & LONG) !== 0;
    const header = isLong ? 9 : 2;
    if (ready < header) return undefined;
    const size = isLong ? readSize(bytes, at + 1) : bytes[at + 1]!;
    this.#checkSize(flags, size);
    if (ready < header + size && size <= VIEW_BYTES_MAX) return undefined;
    if ((flags & COMMAND) === 0) this.#messageBytes += size + FRAME_COST_BYTES;
    this.#flags = flags;
    this.#at = at + header;
    if (size > VIEW_BYTES_MAX) return this.#fill((this.#large = Buffer.allocUnsafeSlow(size)));
    this.#at += size;
    const start = at + header;
    return this.#isLent ? copyOut(bytes, start, start + size) : bytes.subarray(start, start + size);
  }

  #fill(large: Uint8Array): Uint8Array | undefined {
    const part = this.#bytes.subarray(this.#at, this.#at + large.length - this.#filled);
    large.set(part, this.#filled);
    this.#at += part.length;
    this.#filled += part.length;
    if (this.#filled < large.length) return undefined;
    this.#large = undefined;
    this.#filled = 0;
    return large;
  }

  #checkSize(flags: number, size: number): void {
    const isTooLarge =
      (flags & COMMAND) !== 0
        ? size > COMMAND_BYTES_MAX
        : size > this.#frameBytesMax || this.#messageBytes + size > FRAMES_PER_MESSAGE * this.#frameBytesMax;
    if (isTooLarge) throw new ZmtpError('a frame or message that is too large');
  }
}

/** Sizes beyond 32 bits are larger than any limit. */
function readSize(bytes: Uint8Array, at: number): number {
  const low = bytes[at + 4]! * 2 ** 24 + ((bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!);
  return (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) === 0 ? low : Infinity;
}

const NOTHING: Uint8Array = new Uint8Array(0);
/** Copying as much takes less than a microsecond. */
const VIEW_BYTES_MAX = 4_096;
/** Less is left to be read along with what follows it: another read costs more than the copy. */
const ROOM_BYTES_MIN = 32_768;
/** Frames of the largest size that a message may hold, in bytes: a body, and room for all that stands around it. */
const FRAMES_PER_MESSAGE = 2;
/** What a frame takes in memory besides its bytes: without it, empty frames would cost their sender next to nothing. */
const FRAME_COST_BYTES = 64;
/** READY with some properties, PING and ERROR are far shorter. */
const COMMAND_BYTES_MAX = 65_536;
