import type { Convolution, Pooling } from './model.ts';

type FloatArray = Float32Array | Float64Array;

/** Table, window positions × window pixels: image index of each pixel's first channel, -1 in the padding. */
export function buildWindowTable(stage: Convolution | Pooling): Int32Array {
  const { from } = stage;
  const { kernel, stride, padding, dilation } = stage.window;
  const table = new Int32Array(stage.to.rows * stage.to.columns * kernel[0] * kernel[1]);
  let k = 0;
  for (let y = 0; y < stage.to.rows; y++)
    for (let x = 0; x < stage.to.columns; x++)
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++, k++) {
          const row = y * stride[0] + i * dilation[0] - padding.top;
          const column = x * stride[1] + j * dilation[1] - padding.left;
          const inside = row >= 0 && row < from.rows && column >= 0 && column < from.columns;
          table[k] = inside ? (row * from.columns + column) * from.channels : -1;
        }
  return table;
}

/** Copies windows `first` … `last - 1` into `out` (im2col). `from`, `at`: start indices in the image and in `out`. */
export function copyWindows(
  table: Int32Array,
  channels: number,
  image: FloatArray,
  from: number,
  [first, last]: readonly [number, number],
  pixels: number,
  out: FloatArray,
  at: number,
): void {
  let k = at;
  for (let n = first * pixels; n < last * pixels; n++) {
    const pixel = table[n]!;
    if (pixel < 0) for (let c = 0; c < channels; c++) out[k++] = 0;
    else for (let c = 0; c < channels; c++) out[k++] = image[from + pixel + c]!;
  }
}

/** Adds window values to the image (col2im), the transpose of `copyWindows`. */
export function fold(
  table: Int32Array,
  channels: number,
  values: FloatArray,
  at: number,
  [first, last]: readonly [number, number],
  pixels: number,
  image: FloatArray,
  from: number,
): void {
  let k = at;
  for (let n = first * pixels; n < last * pixels; n++) {
    const pixel = table[n]!;
    if (pixel < 0) k += channels;
    else for (let c = 0; c < channels; c++) image[from + pixel + c]! += values[k++]!;
  }
}

/** Pools one image; `maxIndices` receives the index of the input with the maximum in each window. */
export function poolImage(
  stage: Pooling,
  table: Int32Array,
  image: FloatArray,
  from: number,
  out: FloatArray,
  to: number,
  maxIndices: Int32Array | null,
): void {
  const { channels } = stage.from;
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const positions = stage.to.rows * stage.to.columns;
  for (let position = 0; position < positions; position++) {
    for (let c = 0; c < channels; c++) {
      const k = to + position * channels + c;
      let best = -Infinity;
      let [bestIndex, sum, count] = [-1, 0, 0];
      for (let n = position * pixels; n < (position + 1) * pixels; n++) {
        if (table[n]! < 0) continue;
        const at = from + table[n]! + c;
        const value = image[at]!;
        count++;
        sum += value;
        if (value > best) [best, bestIndex] = [value, at];
      }
      if (stage.kind === 'maxPooling') {
        out[k] = best;
        if (maxIndices) maxIndices[k] = bestIndex;
      } else out[k] = sum / (stage.countsPadding ? pixels : count);
    }
  }
}

/** Backpropagates errors through a pooling stage, to the input with the maximum or to all averaged inputs. */
export function backpropagatePooling(
  stage: Pooling,
  table: Int32Array,
  errors: FloatArray,
  from: number,
  image: FloatArray,
  to: number,
  maxIndices: Int32Array | null,
): void {
  const { channels } = stage.from;
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const positions = stage.to.rows * stage.to.columns;
  for (let position = 0; position < positions; position++) {
    let count = 0;
    for (let n = position * pixels; n < (position + 1) * pixels; n++) if (table[n]! >= 0) count++;
    const share = 1 / (stage.countsPadding ? pixels : count);
    for (let c = 0; c < channels; c++) {
      const k = from + position * channels + c;
      if (stage.kind === 'maxPooling') image[maxIndices![k]!]! += errors[k]!;
      else
        for (let n = position * pixels; n < (position + 1) * pixels; n++)
          if (table[n]! >= 0) image[to + table[n]! + c]! += errors[k]! * share;
    }
  }
}
