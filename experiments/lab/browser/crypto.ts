/** Browser replacement for `node:crypto` in the lab: synchronous hashes, also for pages without TLS. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

class Hash {
  readonly #hash = sha256.create();

  update(data: Uint8Array | string): this {
    this.#hash.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
    return this;
  }

  digest(_: 'hex'): string {
    return bytesToHex(this.#hash.digest());
  }
}

export const createHash = (_: 'sha256'): Hash => new Hash();

/** Random name for a temporary file, because pages without TLS have no `crypto.randomUUID`. */
export function randomUUID(): string {
  const hex = bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
