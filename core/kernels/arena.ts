import { UserError } from '../declare/errors.ts';
import type { Floats, Indices, Precision, TypedArray } from './arrays.ts';
import { createKernels, type Kernels } from './kernels.ts';
import { growMemory } from './memory.ts';

export type { Floats, Indices, Precision, StateArrays, TypedArray } from './arrays.ts';

const MAX_BYTES = 2 ** 32;
/** Alignment of arrays: one cache line, bytes. */
const ALIGNMENT = 64;

/** Stores the byte offset of an array in the property `address`, which is faster to read; see `addressOf`. */
const withAddress = <A extends TypedArray>(array: A): A =>
  Object.defineProperty(array, 'address', { value: array.byteOffset });

/**
 * Memory of one network and the kernels that work on it. All arrays of the network lie in one WebAssembly memory.
 * Memory is never freed, because the arrays live as long as the network.
 */
export class Arena {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  readonly #capacity: number;
  readonly #base: number;
  /** All `memory.buffer` objects so far; growth of the memory creates a new one. */
  readonly #buffers = new WeakSet<object>();
  #freeOffset: number;

  /** Allocates the memory. @throws UserError if the runtime lacks WebAssembly SIMD or grants no memory */
  constructor() {
    const { kernels, memory, capacity, heapBase } = createKernels();
    this.kernels = kernels;
    this.#memory = memory;
    this.#capacity = capacity;
    this.#base = Math.ceil(heapBase / ALIGNMENT) * ALIGNMENT;
    this.#freeOffset = this.#base;
  }

  get usedBytes(): number {
    return this.#freeOffset - this.#base;
  }

  containsArray(array: TypedArray): boolean {
    return this.#buffers.has(array.buffer);
  }

  hasSpaceFor(bytes: number): boolean {
    return this.#freeOffset + bytes <= this.#capacity;
  }

  /** Checks that `bytes` free bytes remain for an array of `what`. @throws UserError with the memory needed */
  requireSpaceFor(bytes: number, what: string) {
    if (this.hasSpaceFor(bytes)) return;
    const gb = (n: number) => (n / 1e9).toPrecision(3);
    throw new UserError(
      `${what} would need ${gb(bytes)} GB of memory, but one network holds at most ${gb(this.#capacity)} GB` +
        `${this.#capacity < MAX_BYTES ? ' because this runtime refuses memory that grows' : ''}` +
        `${this.usedBytes > 2 ** 20 ? ` and already uses ${gb(this.usedBytes)} GB` : ''}.`,
    );
  }

  f32(length: number): Float32Array<ArrayBuffer> {
    return withAddress(new Float32Array(...this.#allocate(length * 4), length));
  }
  f64(length: number): Float64Array<ArrayBuffer> {
    return withAddress(new Float64Array(...this.#allocate(length * 8), length));
  }
  floats(precision: Precision, length: number): Floats {
    return precision === 'f32' ? this.f32(length) : this.f64(length);
  }
  u32(length: number): Uint32Array<ArrayBuffer> {
    return withAddress(new Uint32Array(...this.#allocate(length * 4), length));
  }
  u8(length: number): Uint8Array<ArrayBuffer> {
    return withAddress(new Uint8Array(...this.#allocate(length), length));
  }
  /** Array of indices below `limit`, of 16 bits each if `limit` allows it. */
  indices(limit: number, length: number): Indices {
    return limit <= 65536 ? withAddress(new Uint16Array(...this.#allocate(length * 2), length)) : this.u32(length);
  }

  #allocate(bytes: number): [ArrayBuffer, number] {
    this.requireSpaceFor(bytes, `An array of ${bytes} bytes`);
    const start = this.#freeOffset;
    this.#freeOffset = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    growMemory(this.#memory, this.#freeOffset);
    this.#buffers.add(this.#memory.buffer);
    return [this.#memory.buffer, start];
  }
}
