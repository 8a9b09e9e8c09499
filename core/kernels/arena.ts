import { UserError } from '../declare/errors.ts';
import type { Floats, Indices, Precision, TypedArray } from './arrays.ts';
import type { Kernels } from './kernels.ts';
import { growTo } from './memory.ts';
import { PLAIN } from './plain.ts';
import { simdKernels } from './simd.ts';

export type { Floats, Indices, Precision, State, TypedArray } from './arrays.ts';

/** `auto`: SIMD where it runs, else plain. The results are the same bits. */
export const KERNELS = ['auto', 'plain'] as const;
export type KernelChoice = (typeof KERNELS)[number];

const MAX_BYTES = 2 ** 32;
/** The line of a cache. */
const ALIGNMENT = 64;

/** See `addressOf`. */
const placed = <A extends TypedArray>(array: A): A =>
  Object.defineProperty(array, 'address', { value: array.byteOffset });

/**
 * Where all arrays of one network live, and the kernels that work on them. Memory is handed out and never taken back: a
 * network's arrays live as long as it does. With SIMD kernels it is one WebAssembly memory, else plain buffers.
 */
export class Arena {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory | null;
  readonly #capacity: number;
  readonly #base: number;
  /** What its memory was and is, which is another object after it has grown. */
  readonly #buffers = new WeakSet<object>();
  #top: number;

  constructor(choice: KernelChoice = 'auto') {
    const simd = choice === 'auto' ? simdKernels() : null;
    this.kernels = simd?.kernels ?? PLAIN;
    this.#memory = simd?.memory ?? null;
    this.#capacity = simd?.capacity ?? MAX_BYTES;
    this.#base = Math.ceil((simd?.heapBase ?? 0) / ALIGNMENT) * ALIGNMENT;
    this.#top = this.#base;
  }

  /** Bytes handed out so far. */
  get bytes(): number {
    return this.#top - this.#base;
  }

  /** Whether kernels find this array where it is. */
  owns(array: TypedArray): boolean {
    return this.#memory === null || this.#buffers.has(array.buffer);
  }

  fits(bytes: number): boolean {
    return this.#top + bytes <= this.#capacity;
  }

  /** Refuses, with the memory it would need, what cannot fit. */
  reserve(bytes: number, what: string): void {
    if (!this.fits(bytes)) {
      const gb = (n: number) => (n / 1e9).toPrecision(3);
      throw new UserError(
        `${what} would need ${gb(bytes)} GB of memory, but one network holds at most ${gb(this.#capacity)} GB` +
          `${this.#capacity < MAX_BYTES ? " where its memory cannot grow (more with kernels: 'plain')" : ''}` +
          `${this.bytes > 2 ** 20 ? ` and already uses ${gb(this.bytes)} GB` : ''}.`,
      );
    }
  }

  f32(length: number): Float32Array<ArrayBuffer> {
    return placed(new Float32Array(...this.#take(length * 4), length));
  }
  f64(length: number): Float64Array<ArrayBuffer> {
    return placed(new Float64Array(...this.#take(length * 8), length));
  }
  floats(precision: Precision, length: number): Floats {
    return precision === 'f32' ? this.f32(length) : this.f64(length);
  }
  u32(length: number): Uint32Array<ArrayBuffer> {
    return placed(new Uint32Array(...this.#take(length * 4), length));
  }
  u8(length: number): Uint8Array<ArrayBuffer> {
    return placed(new Uint8Array(...this.#take(length), length));
  }
  /** Indices below `limit`, in 16 bits where that is enough. */
  indices(limit: number, length: number): Indices {
    return limit <= 65536 ? placed(new Uint16Array(...this.#take(length * 2), length)) : this.u32(length);
  }

  #take(bytes: number): [ArrayBuffer, number] {
    this.reserve(bytes, `An array of ${bytes} bytes`);
    const start = this.#top;
    this.#top = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    if (this.#memory === null) return [new ArrayBuffer(bytes), 0];
    growTo(this.#memory, this.#top);
    this.#buffers.add(this.#memory.buffer);
    return [this.#memory.buffer, start];
  }
}
