export type Precision = 'f32' | 'f64';
export type Floats = Float32Array | Float64Array;
export type Indices = Uint16Array | Uint32Array;
export type TypedArray = Floats | Indices | Uint8Array | Int32Array;

/** Where an array begins, bytes. V8 calls a function for `byteOffset`, twelve times as slow as what arrays of an arena know of themselves. */
export const addressOf = (array: TypedArray & Placed): number => array.address ?? array.byteOffset;

/** What arrays of an arena know. */
export interface Placed {
  readonly address?: number;
}

/** State as plain typed arrays: complete, so that a checkpoint that saves it saves everything. */
export type State = Readonly<Record<string, TypedArray>>;
