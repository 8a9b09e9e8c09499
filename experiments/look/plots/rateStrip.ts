import * as Plot from '@observablehq/plot';
import { chooseTimeUnit, formatTime } from '../time.ts';
import type { Band } from './bands.ts';
import { renderPlot } from './panel.ts';
import { GRID_COLOUR, MUTED_COLOUR, maxTickCount, textWidth } from './style.ts';

export const STRIP_HEIGHT = 68;
const TITLE_HEIGHT = 18;
export const AXIS_HEIGHT = 40;

interface StripFrame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  /** ms */
  readonly window: readonly [number, number];
  /** Width of a bin, ms. */
  readonly bin: number;
}

/**
 * Mean rate per neuron of one population in bins of time, with its own axis in Hz; the first strip tells the width of the
 * bins, the last one carries the time axis.
 */
export function rateStrip(
  rates: Float64Array,
  band: Band,
  frame: StripFrame,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): string {
  const { width, marginLeft, marginRight, window } = frame;
  const { unit, ms } = chooseTimeUnit(window[1]);
  return renderPlot({
    width,
    marginLeft,
    marginRight,
    height: STRIP_HEIGHT + (last ? AXIS_HEIGHT : 0),
    marginTop: TITLE_HEIGHT,
    marginBottom: last ? AXIS_HEIGHT + 6 : 6,
    x: {
      domain: window.map((t) => t / ms),
      ticks: Math.min(10, maxTickCount(width - marginLeft - marginRight, Math.round(window[1]).toLocaleString('en'))),
      axis: last ? 'bottom' : null,
      label: `time (${unit})`,
      labelOffset: 36,
    },
    y: { nice: true, zero: true, ticks: 2, label: null },
    marks: [
      Plot.gridY({ ticks: 2, stroke: GRID_COLOUR, strokeOpacity: 1 }),
      Plot.areaY(steps(rates, frame), {
        x: ({ time }) => time / ms,
        y: 'rate',
        curve: 'step-after',
        fill: band.colour,
      }),
      Plot.ruleY([0], { stroke: MUTED_COLOUR }),
      Plot.text([titleOf(band.name, first ? formatTime(frame.bin) : '', width - marginLeft)], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dy: 5 - TITLE_HEIGHT,
        fontSize: SMALL,
      }),
    ],
  });
}

const SMALL = 11;

/** What a strip shows, in as many words as have room. */
function titleOf(name: string, bin: string, room: number): string {
  const bins = bin === '' ? '' : `, bins of ${bin}`;
  const long = `${name}: mean rate per neuron (Hz)${bin === '' ? '' : ` in bins of ${bin}`}`;
  return (
    [long, `${name}: rate per neuron (Hz)${bins}`].find((text) => textWidth(text, SMALL) <= room) ??
    `${name} (Hz)${bins}`
  );
}

/** Corners of the steps, Hz per neuron: each bin's start, and the end of the window. */
function steps(rates: Float64Array, { window: [from, to], bin }: StripFrame) {
  const corners = Array.from(rates, (rate, k) => ({ time: from + k * bin, rate }));
  return [...corners, { time: to, rate: rates.at(-1)! }];
}
