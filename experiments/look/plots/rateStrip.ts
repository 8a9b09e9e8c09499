import * as Plot from '@observablehq/plot';
import { chooseTimeUnit, formatTime } from '../time.ts';
import { renderPlot } from './panel.ts';
import type { PlotStrip } from './spikeMarks.ts';
import { computeMaxTickCount, GRID_COLOUR, MUTED_COLOUR, measureText } from './style.ts';

export const STRIP_HEIGHT = 68;
const TITLE_HEIGHT = 18;
export const AXIS_HEIGHT = 40;

interface StripFrame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  /** ms */
  readonly window: readonly [number, number];
  /** Bin width, ms. */
  readonly bin: number;
}

/** Renders a population's mean firing rate per neuron, Hz. First strip: title with bin width; last: time axis. */
export function renderRateStrip(
  rates: Float64Array,
  band: PlotStrip,
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
      ticks: Math.min(
        10,
        computeMaxTickCount(width - marginLeft - marginRight, Math.round(window[1]).toLocaleString('en')),
      ),
      axis: last ? 'bottom' : null,
      label: `time (${unit})`,
      labelOffset: 36,
    },
    y: { nice: true, zero: true, ticks: 2, label: null },
    marks: [
      Plot.gridY({ ticks: 2, stroke: GRID_COLOUR, strokeOpacity: 1 }),
      Plot.areaY(makeSteps(rates, frame), {
        x: ({ time }) => time / ms,
        y: 'rate',
        curve: 'step-after',
        fill: band.colour,
      }),
      Plot.ruleY([0], { stroke: MUTED_COLOUR }),
      Plot.text([makeTitle(band.name, first ? formatTime(frame.bin) : '', width - marginLeft)], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dy: 5 - TITLE_HEIGHT,
        fontSize: SMALL_FONT,
      }),
    ],
  });
}

const SMALL_FONT = 11;

/** Longest title of a rate strip that fits into the given space. */
function makeTitle(name: string, bin: string, room: number): string {
  const bins = bin === '' ? '' : `, bins of ${bin}`;
  const long = `${name}: mean rate per neuron (Hz)${bin === '' ? '' : ` in bins of ${bin}`}`;
  return (
    [long, `${name}: rate per neuron (Hz)${bins}`].find((text) => measureText(text, SMALL_FONT) <= room) ??
    `${name} (Hz)${bins}`
  );
}

/** Corners of the step curve: start of each bin and end of the window (ms), rate (Hz per neuron). */
function makeSteps(rates: Float64Array, { window: [from, to], bin }: StripFrame) {
  const corners = Array.from(rates, (rate, k) => ({ time: from + k * bin, rate }));
  return [...corners, { time: to, rate: rates.at(-1)! }];
}
