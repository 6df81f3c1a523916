import { createHash } from 'node:crypto';

/** SHA-256 of the UTF-8 bytes, in hex. Two renderings are the same when their hashes are. */
export function htmlHash(html: string): string {
  return createHash('sha256').update(html, 'utf8').digest('hex');
}
