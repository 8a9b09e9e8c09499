import * as Plot from '@observablehq/plot';
import { encodePngUrl, imageMark, renderPlot } from './panel.ts';
import { logTickFormat, tickFormat } from './prefix.ts';
import { colourRamp } from './ramp.ts';

export const BAR_WIDTH = 96;
/** Numbers from here on are written with SI prefixes: the bar is narrow. */
const LONG = 10_000;

/** What a colour stands for: the ramp runs from the low end of the domain to its high end. */
export interface ColourScale {
  /** Name with its unit. */
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  /** Blue below the middle of the domain and red above, for differences. */
  readonly diverging?: boolean;
}

/** Index of a value in the ramp of 256; values outside the domain take its ends. */
export function colourIndex(value: number, { domain: [low, high], log = false }: ColourScale): number {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** The ramp, upright, with its axis at the right; `height` is that of the ramp, which begins 8 pixels from the top. */
export function renderColourBar(colours: ColourScale, height: number): string {
  const { label, domain, log = false } = colours;
  const [low, high] = domain;
  const ramp = colourRamp(colours);
  const rgb = Uint8Array.from(ramp.toReversed().flat());
  const gradient = imageMark(encodePngUrl(rgb, 1, ramp.length, 3), 4, 8, 16, height);
  const scale = log
    ? { type: 'log' as const, ticks: logTicks(low, high), tickFormat: logTickFormat(low, high) }
    : { ticks: height / 40, tickFormat: tickFormat(Math.max(-low, high), LONG) };
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

/** 1, 2 and 5 times powers of ten; powers alone where that would be many. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 41 }, (_, i) => i - 20);
  const steps = high / low < 2000 ? [1, 2, 5] : [1];
  return powers
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}
