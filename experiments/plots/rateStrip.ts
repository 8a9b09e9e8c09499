import * as Plot from '@observablehq/plot';
import type { Band, Spikes } from './bands.ts';
import { MUTED, panel, RULE, textWidth } from './style.ts';

export const STRIP_HEIGHT = 68;
const TITLE_HEIGHT = 18;
export const AXIS_HEIGHT = 40;

export interface StripFrame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  /** ms */
  readonly window: readonly [number, number];
  /** Width of a bin, ms. */
  readonly bin: number;
}

/** Mean rate per neuron of one population in bins of time, with its own axis in Hz; the last strip carries the time axis. */
export function rateStrip(spikes: Spikes, population: number, band: Band, frame: StripFrame, last: boolean): string {
  const { width, marginLeft, marginRight, window } = frame;
  return panel({
    width,
    marginLeft,
    marginRight,
    height: STRIP_HEIGHT + (last ? AXIS_HEIGHT : 0),
    marginTop: TITLE_HEIGHT,
    marginBottom: last ? AXIS_HEIGHT + 6 : 6,
    x: {
      domain: window,
      ticks: roomForTicks(frame),
      axis: last ? 'bottom' : null,
      label: 'time (ms)',
      labelOffset: 36,
    },
    y: { nice: true, zero: true, ticks: 2, label: null },
    marks: [
      Plot.gridY({ ticks: 2, stroke: RULE, strokeOpacity: 1 }),
      Plot.areaY(binnedRates(spikes, population, band.size, frame), {
        x: 'time',
        y: 'rate',
        curve: 'step-after',
        fill: band.colour,
      }),
      Plot.ruleY([0], { stroke: MUTED }),
      Plot.text(
        [
          `${band.name}: mean rate per neuron (Hz)${population === 0 ? ` in bins of ${frame.bin.toLocaleString('en')} ms` : ''}`,
        ],
        {
          frameAnchor: 'top-left',
          textAnchor: 'start',
          dy: 5 - TITLE_HEIGHT,
          fontSize: 11,
        },
      ),
    ],
  });
}

/** So many ticks that their labels leave a gap. */
function roomForTicks({ width, marginLeft, marginRight, window }: StripFrame): number {
  const label = textWidth(Math.round(window[1]).toLocaleString('en')) + 24;
  return Math.min(10, Math.floor((width - marginLeft - marginRight) / label));
}

/** 1, 2 or 5 times a power of ten, at least a hundredth of the window: 40 to 100 bins. */
export function binWidth([from, to]: readonly [number, number]): number {
  const least = (to - from) / 100;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((step) => step * power).find((bin) => bin >= least * (1 - 1e-9))!;
}

/** Steps of the rate, Hz per neuron, from each bin's start; the last bin ends with the window and counts only its part. */
function binnedRates({ times, population }: Spikes, wanted: number, size: number, { window, bin }: StripFrame) {
  const [from, to] = window;
  const bins = Math.max(1, Math.ceil((to - from) / bin - 1e-9));
  const counts = new Uint32Array(bins);
  for (let i = 0; i < times.length; i++) {
    if (population[i] === wanted) counts[Math.min(bins - 1, Math.floor((times[i]! - from) / bin))]!++;
  }
  const steps = Array.from(counts, (count, k) => {
    const seconds = Math.min(bin, to - from - k * bin) / 1000;
    return { time: from + k * bin, rate: count / size / seconds };
  });
  return [...steps, { time: to, rate: steps.at(-1)!.rate }];
}
