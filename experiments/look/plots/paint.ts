import { type ColourScale, colourIndex } from './colourBar.ts';
import { colourRamp } from './ramp.ts';

/** Grid of values, row-major, first row at the top; NaN for a missing value. */
export interface Grid {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/** Renders a grid as RGB, `width` × `height` pixels: enlarged with sharp edges, or averaged; missing values white. */
export function renderGrid(
  { values, rows, columns }: Grid,
  colours: ColourScale,
  width: number,
  height: number,
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const ramp = colourRamp(colours);
  const span = (pixel: number, pixels: number, cells: number): [number, number] => {
    const first = Math.floor((pixel * cells) / pixels);
    return [first, Math.max(first + 1, Math.floor(((pixel + 1) * cells) / pixels))];
  };
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, rows);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, columns);
      let [sum, n] = [0, 0];
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const value = values[row * columns + column]!;
          if (Number.isNaN(value)) continue;
          sum += value;
          n++;
        }
      }
      if (n > 0) rgb.set(ramp[colourIndex(sum / n, colours)]!, (y * width + x) * 3);
    }
  }
  return rgb;
}
