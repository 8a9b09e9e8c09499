import { deflateSync } from 'node:zlib';
import type { SpikeColumns } from './client/data.ts';

/** Bytes for the page: zlib, then base64. */
export const pack = (bytes: Uint8Array): string => deflateSync(bytes).toString('base64');

/**
 * Spikes for the page, column by column: the count, times as differences, neurons, populations. Differences of ascending
 * times are small numbers, which zlib shortens to about a quarter.
 */
export function packSpikes({ ticks, neurons, populations }: SpikeColumns): string {
  const n = ticks.length;
  const words = new Uint32Array(1 + 2 * n);
  words[0] = n;
  for (let i = 0; i < n; i++) words[1 + i] = ticks[i]! - (i === 0 ? 0 : ticks[i - 1]!);
  words.set(neurons, 1 + n);
  const bytes = new Uint8Array(words.byteLength + n);
  bytes.set(new Uint8Array(words.buffer));
  bytes.set(populations, words.byteLength);
  return pack(bytes);
}
