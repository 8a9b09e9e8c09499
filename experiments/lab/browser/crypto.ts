/** Browser replacement for `node:crypto` in the lab: synchronous hashes, which also work in pages without TLS. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export const createHash = (_: 'sha256') => {
  const hash = sha256.create();
  return {
    update(data: ArrayBufferView | string) {
      const isText = typeof data === 'string';
      hash.update(isText ? utf8ToBytes(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return this;
    },
    digest: (_: 'hex'): string => bytesToHex(hash.digest()),
  };
};

/** Returns a random name for a temporary file. Replaces `crypto.randomUUID`, which pages without TLS do not have. */
export const randomUUID = (): string => bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
