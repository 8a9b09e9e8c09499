/** Types of the part of fft.js that is used; the package has none. */
declare module 'fft.js' {
  export default class FFT {
    /** @param size a power of two above 1 */
    constructor(size: number);
    /** Transforms real numbers; fills the first half of the spectrum, real and imaginary parts in turn. */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
}
