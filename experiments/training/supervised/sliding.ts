import type { Convolution, Pooling } from './model.ts';

export type FloatArray = Float32Array | Float64Array;

/** Sliding window, applied to images that begin at given indices of larger arrays. */
export class SlidingWindow {
  /** Index of the first channel of each window pixel in the image, window positions × window pixels; -1 in the padding. */
  readonly pixelIndices;
  readonly positionCount: number;
  readonly pixelCount: number;
  readonly divisors;
  readonly #stage: Convolution | Pooling;
  readonly #maxIndices;

  constructor(stage: Convolution | Pooling, batch = 1) {
    const { inputShape, outputShape } = stage;
    const { kernel, stride, padding, dilation } = stage.window;
    this.#stage = stage;
    this.positionCount = outputShape.rows * outputShape.columns;
    this.pixelCount = kernel[0] * kernel[1];
    this.pixelIndices = new Int32Array(this.positionCount * this.pixelCount);
    this.divisors = new Float64Array(this.positionCount);
    this.#maxIndices = new Int32Array(
      stage.kind === 'maxPooling' ? batch * this.positionCount * outputShape.channels : 0,
    );
    const countsPadding = stage.kind !== 'convolution' && stage.averageIncludesPadding;
    let k = 0;
    for (let y = 0; y < outputShape.rows; y++)
      for (let x = 0; x < outputShape.columns; x++)
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++, k++) {
            const row = y * stride[0] + i * dilation[0] - padding.top;
            const column = x * stride[1] + j * dilation[1] - padding.left;
            const inside = row >= 0 && row < inputShape.rows && column >= 0 && column < inputShape.columns;
            this.pixelIndices[k] = inside ? (row * inputShape.columns + column) * inputShape.channels : -1;
            if (inside || countsPadding) this.divisors[y * outputShape.columns + x]!++;
          }
  }

  /** Copies windows `first` … `last - 1` of the image at index `imageOffset` into `out` (im2col). */
  unfold(
    image: FloatArray,
    imageOffset: number,
    out: FloatArray,
    outOffset: number,
    first = 0,
    last = this.positionCount,
  ) {
    const { pixelIndices, pixelCount } = this;
    const { channels } = this.#stage.inputShape;
    let k = outOffset;
    for (let n = first * pixelCount; n < last * pixelCount; n++) {
      const pixel = pixelIndices[n]!;
      if (pixel < 0) for (let c = 0; c < channels; c++) out[k++] = 0;
      else for (let c = 0; c < channels; c++) out[k++] = image[imageOffset + pixel + c]!;
    }
  }

  /** Adds the values of windows to the pixels of an image (col2im), the transpose of `unfold`. */
  fold(
    values: FloatArray,
    valuesOffset: number,
    image: FloatArray,
    imageOffset: number,
    first = 0,
    last = this.positionCount,
  ) {
    const { pixelIndices, pixelCount } = this;
    const { channels } = this.#stage.inputShape;
    let k = valuesOffset;
    for (let n = first * pixelCount; n < last * pixelCount; n++) {
      const pixel = pixelIndices[n]!;
      if (pixel < 0) k += channels;
      else for (let c = 0; c < channels; c++) image[imageOffset + pixel + c]! += values[k++]!;
    }
  }

  poolImage(image: FloatArray, imageOffset: number, out: FloatArray, outOffset: number) {
    const { pixelIndices, pixelCount, positionCount } = this;
    const { inputShape: shape, kind } = this.#stage;
    for (let position = 0; position < positionCount; position++) {
      for (let c = 0; c < shape.channels; c++) {
        const k = outOffset + position * shape.channels + c;
        let [best, bestIndex, sum] = [-Infinity, -1, 0];
        for (let n = position * pixelCount; n < (position + 1) * pixelCount; n++) {
          if (pixelIndices[n]! < 0) continue;
          const at = imageOffset + pixelIndices[n]! + c;
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

  unpoolErrors(errors: FloatArray, errorsOffset: number, image: FloatArray, imageOffset: number) {
    const { pixelIndices, pixelCount, positionCount } = this;
    const { inputShape: shape, kind } = this.#stage;
    for (let position = 0; position < positionCount; position++) {
      const share = 1 / this.divisors[position]!;
      for (let c = 0; c < shape.channels; c++) {
        const k = errorsOffset + position * shape.channels + c;
        if (kind === 'maxPooling') image[this.#maxIndices[k]!]! += errors[k]!;
        else
          for (let n = position * pixelCount; n < (position + 1) * pixelCount; n++)
            if (pixelIndices[n]! >= 0) image[imageOffset + pixelIndices[n]! + c]! += errors[k]! * share;
      }
    }
  }
}
