import * as Plot from '@observablehq/plot';
import { parseColour } from './density.ts';
import { createImageMark, encodePngUrl, renderPlot } from './panel.ts';
import { createLogAxis, createPrefixedAxis } from './prefix.ts';

export const listSequentialColours = (): string[] =>
  SEQUENTIAL_COLOUR_MAP.map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`);

/** Sequential colour map of 256 colours, from nearly white to dark, evenly spaced in lightness. */
export const SEQUENTIAL_COLOUR_MAP: readonly [number, number, number][] = makeRamp('magma');

/** Diverging colour map of 256 colours, from blue through white to red. */
const DIVERGING_RAMP: readonly [number, number, number][] = makeRamp('rdbu');

const selectRamp = ({ diverging }: ColourScale) => (diverging ? DIVERGING_RAMP : SEQUENTIAL_COLOUR_MAP);

function makeRamp(scheme: 'magma' | 'rdbu'): [number, number, number][] {
  const scale = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme, reverse: true } });
  return Array.from({ length: 256 }, (_, i) => {
    const css = String(scale?.apply(i / 255));
    const channels = css.startsWith('#') ? parseColour(css) : css.match(/\d+/g)!.map(Number);
    return channels as [number, number, number];
  });
}

export const COLOUR_BAR_WIDTH = 96;
/** Largest value without SI prefix; longer tick labels do not fit beside the colour bar. */
const MAX_PLAIN_NUMBER = 10_000;

/** Scale from values to colours; values outside the `domain` get the colour of its nearer end. */
export interface ColourScale {
  /** Label of the colour bar with unit. */
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  /** True for a diverging scale, for differences: blue below the middle of the domain, red above. */
  readonly diverging?: boolean;
}

/** Colour index of a value, 0 to 255; clipped outside the domain. */
export function toColourIndex(value: number, { domain: [low, high], log = false }: ColourScale): number {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** Renders a vertical colour bar with its axis on the right, 8 px below the top. @param height height of the bar, px */
export function renderColourBar(colours: ColourScale, height: number): string {
  const { label, domain, log = false } = colours;
  const [low, high] = domain;
  const ramp = selectRamp(colours);
  const rgb = Uint8Array.from(ramp.toReversed().flat());
  const gradient = createImageMark(encodePngUrl(rgb, 1, ramp.length, 3), 4, 8, 16, height);
  const scale = log
    ? { type: 'log' as const, ticks: computeLogTicks(low, high), ...createLogAxis(label, low, high) }
    : { ticks: height / 40, ...createPrefixedAxis(label, Math.max(-low, high), MAX_PLAIN_NUMBER) };
  return renderPlot({
    width: COLOUR_BAR_WIDTH,
    height: height + 16,
    marginTop: 8,
    marginBottom: 8,
    marginLeft: 4,
    marginRight: COLOUR_BAR_WIDTH - 20,
    y: { domain: [low, high], axis: 'right', labelOffset: 62, ...scale },
    marks: [gradient, Plot.frame({ stroke: '#888888' })],
  });
}

/** Ticks of a logarithmic axis at 1, 2 and 5 times powers of ten; only at powers of ten if there would be too many. */
function computeLogTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 41 }, (_, i) => i - 20);
  const steps = high / low < 2000 ? [1, 2, 5] : [1];
  return powers
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

/** Grid of values, row-major, first row at the top; NaN for a missing value. */
export interface ValueGrid {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Renders a grid as RGB bytes of `width` × `height` pixels. Enlarged cells keep sharp edges; reduced grids are
 * averaged; missing values are white.
 */
export function renderGridPixels(
  { values, rows, columns }: ValueGrid,
  colours: ColourScale,
  width: number,
  height: number,
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const ramp = selectRamp(colours);
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
      if (n > 0) rgb.set(ramp[toColourIndex(sum / n, colours)]!, (y * width + x) * 3);
    }
  }
  return rgb;
}

export const PIXEL_DENSITY = 2;

/** PNG of a grid as a data URL, for a rectangle of `width` × `height` plot pixels. */
export function encodeGridPng(grid: ValueGrid, colours: ColourScale, width: number, height: number): string {
  const [w, h] = [width * PIXEL_DENSITY, height * PIXEL_DENSITY];
  return encodePngUrl(renderGridPixels(grid, colours, w, h), w, h, 3);
}
