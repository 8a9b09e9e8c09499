/** Number type of an array: single (f32) or double (f64) precision. */
export type Precision = 'f32' | 'f64';
/** Array of single- or double-precision numbers. */
export type Floats = Float32Array | Float64Array;
export type Indices = Uint16Array | Uint32Array;
export type TypedArray = Floats | Indices | Uint8Array | Int32Array;

/** Byte offset of an array in memory; V8 reads the property `address` twelve times faster than `byteOffset`. */
export const addressOf = (array: TypedArray & WithAddress): number => array.address ?? array.byteOffset;

/** Address of the element at `index` of an array; 0 without an array. */
export const addressAt = (array: TypedArray | null | undefined, index: number): number =>
  !array ? 0 : addressOf(array) + index * array.BYTES_PER_ELEMENT;

export const nullIfEmpty = <T extends TypedArray>(array: T): T | null => (array.length > 0 ? array : null);

export interface WithAddress {
  readonly address?: number;
}

/** Complete state of a model as typed arrays by name; a checkpoint stores these arrays. */
export type StateArrays = Readonly<Record<string, TypedArray>>;

export function findLargestMagnitude(values: ArrayLike<number>, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
