import type { Convolution, Pooling } from './model.ts';

type FloatArray = Float32Array | Float64Array;

/** Sliding window, applied to images that begin at given indices of larger arrays. */
export class SlidingWindow {
  /** Window positions × window pixels: image index of each pixel's first channel, -1 in the padding. */
  readonly table: Int32Array;
  /** Number of window positions, and of pixels per window. */
  readonly positions: number;
  readonly pixels: number;
  /** Divisor of an average, per window position. */
  readonly divisors: Float64Array;
  readonly #stage: Convolution | Pooling;
  /** Index of the maximum in each window of the latest batch. */
  readonly #maxIndices: Int32Array;

  /** @param batch number of images per batch */
  constructor(stage: Convolution | Pooling, batch = 1) {
    const { from, to } = stage;
    const { kernel, stride, padding, dilation } = stage.window;
    this.#stage = stage;
    this.positions = to.rows * to.columns;
    this.pixels = kernel[0] * kernel[1];
    this.table = new Int32Array(this.positions * this.pixels);
    this.divisors = new Float64Array(this.positions);
    this.#maxIndices = new Int32Array(stage.kind === 'maxPooling' ? batch * this.positions * to.channels : 0);
    const countsPadding = stage.kind !== 'convolution' && stage.countsPadding;
    let k = 0;
    for (let y = 0; y < to.rows; y++)
      for (let x = 0; x < to.columns; x++)
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++, k++) {
            const row = y * stride[0] + i * dilation[0] - padding.top;
            const column = x * stride[1] + j * dilation[1] - padding.left;
            const inside = row >= 0 && row < from.rows && column >= 0 && column < from.columns;
            this.table[k] = inside ? (row * from.columns + column) * from.channels : -1;
            if (inside || countsPadding) this.divisors[y * to.columns + x]!++;
          }
  }

  /** Copies windows `first` … `last - 1` of the image at `from` into `out` at `at` (im2col). */
  unfold(image: FloatArray, from: number, out: FloatArray, at: number, first = 0, last = this.positions): void {
    const { table, pixels } = this;
    const { channels } = this.#stage.from;
    let k = at;
    for (let n = first * pixels; n < last * pixels; n++) {
      const pixel = table[n]!;
      if (pixel < 0) for (let c = 0; c < channels; c++) out[k++] = 0;
      else for (let c = 0; c < channels; c++) out[k++] = image[from + pixel + c]!;
    }
  }

  /** Adds window values to the image (col2im), the transpose of `unfold`. */
  fold(values: FloatArray, at: number, image: FloatArray, from: number, first = 0, last = this.positions): void {
    const { table, pixels } = this;
    const { channels } = this.#stage.from;
    let k = at;
    for (let n = first * pixels; n < last * pixels; n++) {
      const pixel = table[n]!;
      if (pixel < 0) k += channels;
      else for (let c = 0; c < channels; c++) image[from + pixel + c]! += values[k++]!;
    }
  }

  /** Pools the image at `from` into `out` at `to`. */
  pool(image: FloatArray, from: number, out: FloatArray, to: number): void {
    const { table, pixels, positions } = this;
    const { from: shape, kind } = this.#stage;
    for (let position = 0; position < positions; position++) {
      for (let c = 0; c < shape.channels; c++) {
        const k = to + position * shape.channels + c;
        let [best, bestIndex, sum] = [-Infinity, -1, 0];
        for (let n = position * pixels; n < (position + 1) * pixels; n++) {
          if (table[n]! < 0) continue;
          const at = from + table[n]! + c;
          const value = image[at]!;
          sum += value;
          if (value > best) [best, bestIndex] = [value, at];
        }
        if (kind === 'maxPooling') {
          out[k] = best;
          this.#maxIndices[k] = bestIndex;
        } else out[k] = sum / this.divisors[position]!;
      }
    }
  }

  /** Backpropagates the errors at `from` to the image at `to`. */
  unpool(errors: FloatArray, from: number, image: FloatArray, to: number): void {
    const { table, pixels, positions } = this;
    const { from: shape, kind } = this.#stage;
    for (let position = 0; position < positions; position++) {
      const share = 1 / this.divisors[position]!;
      for (let c = 0; c < shape.channels; c++) {
        const k = from + position * shape.channels + c;
        if (kind === 'maxPooling') image[this.#maxIndices[k]!]! += errors[k]!;
        else
          for (let n = position * pixels; n < (position + 1) * pixels; n++)
            if (table[n]! >= 0) image[to + table[n]! + c]! += errors[k]! * share;
      }
    }
  }
}
