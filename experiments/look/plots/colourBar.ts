import * as Plot from '@observablehq/plot';
import { createImageMark, encodePngUrl, renderPlot } from './panel.ts';
import { createLogTickFormat, createTickFormat } from './prefix.ts';
import { colourRamp } from './ramp.ts';

export const BAR_WIDTH = 96;
/** Largest number that is written without an SI prefix; larger ones would not fit beside the narrow bar. */
const MAX_PLAIN_NUMBER = 10_000;

/** Mapping of values to colours, from the low to the high end of the domain. */
export interface ColourScale {
  /** Label of the colour bar, with unit. */
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  /** True for a diverging scale, for differences: blue below the middle of the domain, red above. */
  readonly diverging?: boolean;
}

/** Index of the colour for a value (0 to 255); values outside the domain are clipped. */
export function colourIndex(value: number, { domain: [low, high], log = false }: ColourScale): number {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** Renders a vertical colour bar with its axis on the right, 8 px below the top. @param height height of the bar, px */
export function renderColourBar(colours: ColourScale, height: number): string {
  const { label, domain, log = false } = colours;
  const [low, high] = domain;
  const ramp = colourRamp(colours);
  const rgb = Uint8Array.from(ramp.toReversed().flat());
  const gradient = createImageMark(encodePngUrl(rgb, 1, ramp.length, 3), 4, 8, 16, height);
  const scale = log
    ? { type: 'log' as const, ticks: logTicks(low, high), tickFormat: createLogTickFormat(low, high) }
    : { ticks: height / 40, tickFormat: createTickFormat(Math.max(-low, high), MAX_PLAIN_NUMBER) };
  return renderPlot({
    width: BAR_WIDTH,
    height: height + 16,
    marginTop: 8,
    marginBottom: 8,
    marginLeft: 4,
    marginRight: BAR_WIDTH - 20,
    y: { domain: [low, high], axis: 'right', label, labelOffset: 62, ...scale },
    marks: [gradient, Plot.frame({ stroke: '#888888' })],
  });
}

/** Ticks of a logarithmic axis at 1, 2 and 5 times powers of ten; only at powers of ten if there would be too many. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 41 }, (_, i) => i - 20);
  const steps = high / low < 2000 ? [1, 2, 5] : [1];
  return powers
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}
