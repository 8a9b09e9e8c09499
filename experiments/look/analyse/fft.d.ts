/** The part of fft.js that is used; the package brings no types. */
declare module 'fft.js' {
  export default class FFT {
    /** @param size a power of two above 1. */
    constructor(size: number);
    /** Transforms real numbers; fills the first half of the spectrum, re and im in turn. */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
}
