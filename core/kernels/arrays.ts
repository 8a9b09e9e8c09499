export type Precision = 'f32' | 'f64';
export type Floats = Float32Array | Float64Array;
export type Indices = Uint16Array | Uint32Array;
export type TypedArray = Floats | Indices | Uint8Array | Int32Array;

/** Byte offset of an array. V8 calls a function for `byteOffset`, which takes twelve times as long as the property `address` of arena arrays. */
export const addressOf = (array: TypedArray & WithAddress): number => array.address ?? array.byteOffset;

/** Property of arena arrays: their byte offset. */
export interface WithAddress {
  readonly address?: number;
}

/** State as typed arrays: complete, so that a checkpoint that saves it saves everything. */
export type State = Readonly<Record<string, TypedArray>>;
