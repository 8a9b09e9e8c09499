/** Files of signals made for tests: sounds, and utterances of speakers of the shape of Japanese vowels. */
import { zipSync } from 'fflate';
import { columnToBytes, encodeNpyHeader } from '../../../../experiments/logs/npy.ts';

/** A wav file. @param samples 16-bit integers, channels interleaved */
export function wav(samples: readonly number[], { rate = 8000, channels = 1, bits = 16, format = 1 } = {}): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(format, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE((rate * channels * bits) / 8, 28);
  bytes.writeUInt16LE((channels * bits) / 8, 32);
  bytes.writeUInt16LE(bits, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [k, x] of samples.entries()) bytes.writeInt16LE(x, 44 + 2 * k);
  return bytes;
}

interface NumberArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export const npz = (arrays: Readonly<Record<string, NumberArray>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, values }]) => [
        `${name}.npy`,
        Buffer.concat([encodeNpyHeader("'<f8'", shape), columnToBytes(Float64Array.from(values))]),
      ]),
    ),
  );

/** Integer from 0 to n - 1 of a linear congruential generator (Numerical Recipes), so that examples are the same everywhere. */
function createGenerator(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/**
 * Text of a `.ts` file of utterances in the shape of Japanese vowels: each class (speaker) is a set of phases, one per channel. Channel c
 * at frame t of n is sin(2 π t / n + phase) plus noise; n is 7 to 29. Classes differ by phases only, so by the order of samples.
 */
export function makeUtterances(classes: number, examples: number, seed: number, channels = 12): string {
  const speaker = createGenerator(5);
  const phases = Array.from({ length: classes * channels }, () => (2 * Math.PI * speaker(1000)) / 1000);
  const below = createGenerator(seed);
  const rows = Array.from({ length: examples }, (_, k) => {
    const n = 7 + below(23);
    const parts = Array.from({ length: channels }, (_, c) =>
      Array.from({ length: n }, (_, t) => {
        const noise = (below(1000) + below(1000)) / 1000 - 1;
        return (Math.sin((2 * Math.PI * t) / n + phases[(k % classes) * channels + c]!) + 0.5 * noise).toFixed(3);
      }).join(','),
    );
    return `${parts.join(':')}:s${k % classes}`;
  });
  const names = Array.from({ length: classes }, (_, c) => `s${c}`).join(' ');
  return `@timeStamps false\n@univariate false\n@dimensions ${channels}\n@classLabel true ${names}\n@data\n${rows.join('\n')}\n`;
}

/** Text of docs/guide/files/phases.csv: per class k of 3, 30 examples sin(2 π (t/16 + k/3)) + noise at t = 0 … 15; 10 are the test set. */
export function makePhases(): string {
  const below = createGenerator(1);
  const times = Array.from({ length: 16 }, (_, t) => t);
  const rows = Array.from({ length: 90 }, (_, n) => {
    const samples = times.map((t) => {
      const noise = (below(1000) + below(1000)) / 1000 - 1;
      return (Math.sin(2 * Math.PI * (t / 16 + (n % 3) / 3)) + noise).toFixed(2);
    });
    return [n < 60 ? 'train' : 'test', `phase${n % 3}`, ...samples].join(',');
  });
  return `${[['set', 'class', ...times.map((t) => `t${t}`)].join(','), ...rows].join('\n')}\n`;
}
