/** Bits of a frame's first byte (RFC 37, "Framing"). */
export const MORE = 1;
export const LONG = 2;
export const COMMAND = 4;
/** The longest frame whose length has one byte. */
export const SHORT_SIZE_MAX = 255;
