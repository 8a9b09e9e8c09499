import { crc32 } from '../../../core/log/crc32.ts';
import { END_OF_STREAM, PREFIX_BYTES, SEAL_BYTES } from '../../../core/log/seal.ts';

/** What a length, an offset or a number of a table may be changed to. */
const TELLING = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  9,
  16,
  255,
  256,
  65535,
  65536,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 8,
  2 ** 32 - 1,
];

/** Small random integers, the same for the same seed (mulberry32). */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

/** Changes one to three numbers of one to eight bytes between `from` and `to`. */
export function mutate(bytes: Uint8Array, from: number, to: number, roll: (sides: number) => number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let changes = 1 + roll(3); changes > 0; changes--) {
    const width = [1, 2, 4, 4, 4, 8][roll(6)]!;
    const at = from + roll(Math.max(to - from - width, 1));
    const value = roll(3) === 0 ? roll(2 ** 32) : TELLING[roll(TELLING.length)]!;
    if (width === 1) view.setUint8(at, value);
    else if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value) << BigInt(roll(2) * roll(32)), true);
  }
}

/** Where each message of a log starts, and where its header and its body end. */
export interface Span {
  readonly start: number;
  readonly header: number;
  readonly end: number;
}

/** Makes all checksums of these messages right again. */
export function reseal(bytes: Uint8Array, spans: readonly Span[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let seal = 0;
  for (const { start, header, end } of spans) {
    view.setUint32(header - SEAL_BYTES, crc32(bytes.subarray(header, end)), true);
    seal = crc32(bytes.subarray(start, header - 4), seal);
    view.setUint32(header - 4, seal, true);
  }
  const start = spans.at(-1)!.end;
  const header = bytes.length - END_OF_STREAM.length;
  const end = Buffer.from(bytes.buffer, bytes.byteOffset + start, header - start);
  end.write(seal.toString(16).padStart(8, '0'), end.indexOf('0x') + 2);
  view.setUint32(header - 4, crc32(bytes.subarray(start, header - 4)), true);
}

/** The messages of a good log, without the batch that seals it and the end mark. */
export function spansOf(bytes: Uint8Array, ends: readonly number[]): Span[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return ends.map((end, i) => {
    const start = i === 0 ? 0 : ends[i - 1]!;
    return { start, header: start + PREFIX_BYTES + view.getUint32(start + 4, true), end };
  });
}

/** Runs `act` and adds up the bytes of all arrays that are made in it. Views of what is there already cost nothing. */
export function allocatedBy(act: () => void): number {
  let total = 0;
  const counting = <T extends Uint8ArrayConstructor | ArrayBufferConstructor>(Type: T): T =>
    new Proxy(Type, {
      construct: (target, words) => {
        if (typeof words[0] === 'number') total += words[0];
        return Reflect.construct(target, words);
      },
    });
  const { Uint8Array: U, ArrayBuffer: B } = globalThis;
  Object.assign(globalThis, { Uint8Array: counting(U), ArrayBuffer: counting(B) });
  try {
    act();
  } finally {
    Object.assign(globalThis, { Uint8Array: U, ArrayBuffer: B });
  }
  return total;
}
