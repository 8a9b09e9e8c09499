import { UserError } from './errors.ts';

export type Precision = 'f32' | 'f64';
export type Floats = Float32Array | Float64Array;
export type Indices = Uint16Array | Uint32Array;
export type TypedArray = Floats | Indices | Uint8Array | Int32Array;
/** State as plain typed arrays: complete, so that a checkpoint that saves it saves everything. */
export type State = Readonly<Record<string, TypedArray>>;

const MAX_BYTES = 2 ** 32;

/**
 * Where all arrays of one network live. Memory is handed out and never taken back: a network's arrays live as long as
 * it does. Backed by SharedArrayBuffer where there is one, so that worker threads can read weights without a copy.
 */
export class Arena {
  #bytes = 0;

  /** Bytes handed out so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Refuses, with the memory it would need, what cannot fit. */
  reserve(bytes: number, what: string): void {
    if (this.#bytes + bytes > MAX_BYTES) {
      const gb = (n: number) => (n / 1e9).toPrecision(3);
      throw new UserError(
        `${what} would need ${gb(bytes)} GB of memory, but one network holds at most ${gb(MAX_BYTES)} GB` +
          `${this.#bytes > 0 ? ` and already uses ${gb(this.#bytes)} GB` : ''}.`,
      );
    }
  }

  f32(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#take(length * 4), 0, length);
  }
  f64(length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#take(length * 8), 0, length);
  }
  floats(precision: Precision, length: number): Floats {
    return precision === 'f32' ? this.f32(length) : this.f64(length);
  }
  u32(length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#take(length * 4), 0, length);
  }
  u8(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#take(length), 0, length);
  }
  /** Indices below `limit`, in 16 bits where that is enough. */
  indices(limit: number, length: number): Indices {
    return limit <= 65536 ? new Uint16Array(this.#take(length * 2), 0, length) : this.u32(length);
  }

  #take(bytes: number): ArrayBuffer {
    this.reserve(bytes, `An array of ${bytes} bytes`);
    this.#bytes += bytes;
    const Buffer = typeof SharedArrayBuffer === 'undefined' ? ArrayBuffer : SharedArrayBuffer;
    return new Buffer(bytes) as ArrayBuffer;
  }
}
