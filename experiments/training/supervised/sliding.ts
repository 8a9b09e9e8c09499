import type { Convolution, Pooling } from './model.ts';

type Numbers = Float32Array | Float64Array;

/** Calls `visit(pixel, k)` for what a window sees at place (y, x): pixel -1 is an added one, k counts within the window. */
function seen(
  { from, window }: Convolution | Pooling,
  y: number,
  x: number,
  visit: (pixel: number, k: number) => void,
): void {
  const { kernel, stride, padding, dilation } = window;
  let k = 0;
  for (let i = 0; i < kernel[0]; i++) {
    const row = y * stride[0] + i * dilation[0] - padding.top;
    for (let j = 0; j < kernel[1]; j++, k++) {
      const column = x * stride[1] + j * dilation[1] - padding.left;
      const inside = row >= 0 && row < from.rows && column >= 0 && column < from.columns;
      visit(inside ? row * from.columns + column : -1, k);
    }
  }
}

/** Of each place of a window in turn, the first number of each pixel that it sees, -1 for an added one. */
export function placesTable(stage: Convolution | Pooling): Int32Array {
  const { kernel } = stage.window;
  const size = kernel[0] * kernel[1];
  const table = new Int32Array(stage.to.rows * stage.to.columns * size);
  for (let y = 0, place = 0; y < stage.to.rows; y++) {
    for (let x = 0; x < stage.to.columns; x++, place++) {
      seen(stage, y, x, (pixel, k) => {
        table[place * size + k] = pixel < 0 ? -1 : pixel * stage.from.channels;
      });
    }
  }
  return table;
}

/** Copies what the window sees at the places `first` … `last - 1` of an image at `from` into `out`, `stride` numbers a place. */
export function unfold(
  table: Int32Array,
  channels: number,
  image: Numbers,
  from: number,
  [first, last]: readonly [number, number],
  pixels: number,
  out: Numbers,
  at: number,
): void {
  let k = at;
  for (let n = first * pixels; n < last * pixels; n++) {
    const pixel = table[n]!;
    if (pixel < 0) for (let c = 0; c < channels; c++) out[k++] = 0;
    else for (let c = 0; c < channels; c++) out[k++] = image[from + pixel + c]!;
  }
}

/** The transpose of `unfold`: adds what belongs to the places to the image. */
export function fold(
  table: Int32Array,
  channels: number,
  values: Numbers,
  at: number,
  [first, last]: readonly [number, number],
  pixels: number,
  image: Numbers,
  from: number,
): void {
  let k = at;
  for (let n = first * pixels; n < last * pixels; n++) {
    const pixel = table[n]!;
    if (pixel < 0) k += channels;
    else for (let c = 0; c < channels; c++) image[from + pixel + c]! += values[k++]!;
  }
}

/** One image through a pooling; `chosen` gets the place that each maximum came from. */
export function pool(
  stage: Pooling,
  table: Int32Array,
  image: Numbers,
  from: number,
  out: Numbers,
  to: number,
  chosen: Int32Array | null,
): void {
  const { channels } = stage.from;
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const places = stage.to.rows * stage.to.columns;
  for (let place = 0; place < places; place++) {
    for (let c = 0; c < channels; c++) {
      const k = to + place * channels + c;
      let best = -Infinity;
      let [where, sum, count] = [-1, 0, 0];
      for (let n = place * pixels; n < (place + 1) * pixels; n++) {
        if (table[n]! < 0) continue;
        const at = from + table[n]! + c;
        const value = image[at]!;
        count++;
        sum += value;
        if (value > best) [best, where] = [value, at];
      }
      if (stage.kind === 'maxPooling') {
        out[k] = best;
        if (chosen) chosen[k] = where;
      } else out[k] = sum / (stage.countsPadding ? pixels : count);
    }
  }
}

/** Errors back through a pooling: to the maximum, or to all that was averaged. */
export function unpool(
  stage: Pooling,
  table: Int32Array,
  errors: Numbers,
  from: number,
  image: Numbers,
  to: number,
  chosen: Int32Array | null,
): void {
  const { channels } = stage.from;
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const places = stage.to.rows * stage.to.columns;
  for (let place = 0; place < places; place++) {
    let count = 0;
    for (let n = place * pixels; n < (place + 1) * pixels; n++) if (table[n]! >= 0) count++;
    const share = 1 / (stage.countsPadding ? pixels : count);
    for (let c = 0; c < channels; c++) {
      const k = from + place * channels + c;
      if (stage.kind === 'maxPooling') image[chosen![k]!]! += errors[k]!;
      else
        for (let n = place * pixels; n < (place + 1) * pixels; n++)
          if (table[n]! >= 0) image[to + table[n]! + c]! += errors[k]! * share;
    }
  }
}
