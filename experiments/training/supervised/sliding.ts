import type { Convolution, Pooling } from './model.ts';

type FloatArray = Float32Array | Float64Array;

/** Sliding window, applied to images that begin at given indices of larger arrays. */
export class SlidingWindow {
  /** Window positions × window pixels: image index of each pixel's first channel, -1 in the padding. */
  readonly pixelTable: Int32Array;
  /** Number of window positions, and of pixels per window. */
  readonly positionCount: number;
  readonly windowSize: number;
  /** Divisor of an average, per window position. */
  readonly divisors: Float64Array;
  readonly #stage: Convolution | Pooling;
  readonly #maxIndices: Int32Array;

  constructor(stage: Convolution | Pooling, batch = 1) {
    const { input, output } = stage;
    const { kernel, stride, padding, dilation } = stage.window;
    this.#stage = stage;
    this.positionCount = output.rows * output.columns;
    this.windowSize = kernel[0] * kernel[1];
    this.pixelTable = new Int32Array(this.positionCount * this.windowSize);
    this.divisors = new Float64Array(this.positionCount);
    this.#maxIndices = new Int32Array(stage.kind === 'maxPooling' ? batch * this.positionCount * output.channels : 0);
    const countsPadding = stage.kind !== 'convolution' && stage.countsPadding;
    let k = 0;
    for (let y = 0; y < output.rows; y++)
      for (let x = 0; x < output.columns; x++)
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++, k++) {
            const row = y * stride[0] + i * dilation[0] - padding.top;
            const column = x * stride[1] + j * dilation[1] - padding.left;
            const inside = row >= 0 && row < input.rows && column >= 0 && column < input.columns;
            this.pixelTable[k] = inside ? (row * input.columns + column) * input.channels : -1;
            if (inside || countsPadding) this.divisors[y * output.columns + x]!++;
          }
  }

  /** Copies windows `first` … `last - 1` of the image at `from` into `out` at `at` (im2col). */
  unfold(image: FloatArray, from: number, out: FloatArray, at: number, first = 0, last = this.positionCount): void {
    const { pixelTable, windowSize } = this;
    const { channels } = this.#stage.input;
    let k = at;
    for (let n = first * windowSize; n < last * windowSize; n++) {
      const pixel = pixelTable[n]!;
      if (pixel < 0) for (let c = 0; c < channels; c++) out[k++] = 0;
      else for (let c = 0; c < channels; c++) out[k++] = image[from + pixel + c]!;
    }
  }

  /** Adds window values to the image (col2im), the transpose of `unfold`. */
  fold(values: FloatArray, at: number, image: FloatArray, from: number, first = 0, last = this.positionCount): void {
    const { pixelTable, windowSize } = this;
    const { channels } = this.#stage.input;
    let k = at;
    for (let n = first * windowSize; n < last * windowSize; n++) {
      const pixel = pixelTable[n]!;
      if (pixel < 0) k += channels;
      else for (let c = 0; c < channels; c++) image[from + pixel + c]! += values[k++]!;
    }
  }

  pool(image: FloatArray, from: number, out: FloatArray, to: number): void {
    const { pixelTable, windowSize, positionCount } = this;
    const { input, kind } = this.#stage;
    for (let position = 0; position < positionCount; position++) {
      for (let c = 0; c < input.channels; c++) {
        const k = to + position * input.channels + c;
        let [best, bestIndex, sum] = [-Infinity, -1, 0];
        for (let n = position * windowSize; n < (position + 1) * windowSize; n++) {
          if (pixelTable[n]! < 0) continue;
          const at = from + pixelTable[n]! + c;
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
    const { pixelTable, windowSize, positionCount } = this;
    const { input, kind } = this.#stage;
    for (let position = 0; position < positionCount; position++) {
      const share = 1 / this.divisors[position]!;
      for (let c = 0; c < input.channels; c++) {
        const k = from + position * input.channels + c;
        if (kind === 'maxPooling') image[this.#maxIndices[k]!]! += errors[k]!;
        else
          for (let n = position * windowSize; n < (position + 1) * windowSize; n++)
            if (pixelTable[n]! >= 0) image[to + pixelTable[n]! + c]! += errors[k]! * share;
      }
    }
  }
}
