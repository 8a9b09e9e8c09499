import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import { createTimeAxis, formatTime } from '../time.ts';
import { chooseBinWidth, computeBinCount, computeBinnedRates } from './binnedRates.ts';
import type { PopulationSize, SpikeArrays } from './density.ts';
import { renderPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import {
  type PopulationPlotStrip,
  renderSpikeDensity,
  renderSpikeStrokes,
  stackPopulationStrips,
} from './spikeMarks.ts';
import {
  composePicture,
  computeMaxTickCount,
  GRID_COLOUR,
  MUTED_COLOUR,
  measureText,
  requireNonEmpty,
} from './style.ts';

/** Spikes to draw as marks at time (ms) and neuron index, one strip per population. */
export interface SpikeRasterPlot extends SpikeArrays {
  /** Names and sizes by population index. */
  readonly populations: readonly PopulationSize[];
  /** First and last time shown, ms. */
  readonly window: readonly [number, number];
  /** Times marked by a vertical line, ms, such as image onsets. Labels are omitted if there is no space. */
  readonly marks?: readonly { readonly time: number; readonly label?: string }[];
  readonly title?: string;
  readonly subtitle?: string;
}

const MAX_STROKES = 50_000; // more spikes are drawn as a density image, which limits the file size
const MIN_STRIP_HEIGHT = 34;
const MAX_ROW_HEIGHT = 14;
const SMALL_FONT = 11;
const MIN_RIGHT = 20;
const MARK = { stroke: '#b0b0b0' };

/**
 * Draws a spike raster plot as SVG, with one strip per population (first neuron at the bottom). Below it are the mean
 * firing rates per neuron of each population in equal bins. Times in ms, rates in Hz.
 */
export function renderSpikeRaster(run: SpikeRasterPlot): string {
  const { populations, window, marks = [], title = 'Spikes' } = run;
  const spikes = selectVisibleSpikes(run);
  const height = computeRasterHeight(populations);
  const bands = stackPopulationStrips(populations, height);
  const names = bands.map((band) => measureText(band.name) + measureLastIndex(band));
  const left = Math.max(64, 34 + Math.max(...names));
  const right = Math.max(MIN_RIGHT, measureText(Math.round(window[1]).toLocaleString('en')) / 2); // the last tick label
  const frame = { width: getLayoutWidth(), marginLeft: left, marginRight: right };
  const width = getLayoutWidth() - left - right;
  const x = (time: number): number => ((time - window[0]) / (window[1] - window[0])) * width;

  const shown = marks.filter(({ time }) => time >= window[0] && time <= window[1]);
  const labelled = selectLabelled(shown, x, width + right);
  const above = labelled.length > 0 ? 18 : 2;
  const tooMany = spikes.times.length > MAX_STROKES;
  const main = renderPlot({
    ...frame,
    height: height + above + 2,
    marginTop: above,
    marginBottom: 2,
    x: { domain: window, axis: null },
    y: { domain: [height, 0], axis: null },
    marks: [
      Plot.ruleX(shown, { x: 'time', ...MARK }),
      Plot.ruleX(labelled, { x: 'time', ...MARK, insetTop: 2 - above }),
      tooMany
        ? renderSpikeDensity(spikes, bands, x, { left, top: above, width, height })
        : renderSpikeStrokes(spikes, bands, x),
      Plot.ruleY(bands.slice(1), { y: 'top', stroke: MUTED_COLOUR }),
      Plot.frame({ stroke: MUTED_COLOUR }),
      Plot.text(labelled, {
        x: 'time',
        text: 'label',
        frameAnchor: 'top',
        textAnchor: 'start',
        dx: 3,
        dy: -13,
        fontSize: SMALL_FONT,
      }),
      ...renderPopulationAxis(bands, window[0]),
    ],
  });

  const bin = chooseBinWidth(window);
  const rates = computeBinnedRates(
    {
      firstSpikeIndex: 0,
      endSpikeIndex: spikes.times.length,
      getTime: (i) => spikes.times[i]!,
      populationIndices: spikes.population,
    },
    bands.map(({ size }) => size),
    { window, binWidth: bin, firstBinIndex: 0, binCount: computeBinCount(window, bin) },
  );
  const strips = bands.map((band, i) =>
    renderRateStrip(
      rates[i]!,
      band,
      { ...frame, window, binWidth: bin },
      { isFirst: i === 0, isLast: i === bands.length - 1 },
    ),
  );
  const below = height + above + 4;
  const drawn = tooMany ? 'darker where more of them fall together' : '';
  const subtitle = run.subtitle ?? [formatCount(spikes.times.length, 'spike'), drawn].filter(Boolean).join(', ');
  return composePicture(getLayoutWidth(), below + STRIP_HEIGHT * bands.length + AXIS_HEIGHT + 4, { title, subtitle }, [
    { x: 0, y: 0, svg: main },
    ...strips.map((svg, i) => ({ x: 0, y: below + STRIP_HEIGHT * i, svg })),
  ]);
}

function computeRasterHeight(populations: readonly PopulationSize[]): number {
  const filled = populations.reduce((sum, { size }) => sum + MIN_STRIP_HEIGHT + MAX_ROW_HEIGHT * size, 0);
  return Math.max(
    MIN_STRIP_HEIGHT * populations.length,
    Math.min(420, Math.max(170, 160 * populations.length), filled),
  );
}

const getLastNeuron = ({ firstNeuron = 0, size }: PopulationSize): number => firstNeuron + size - 1;
const measureLastIndex = (population: PopulationSize): number =>
  measureText(String(getLastNeuron(population)), SMALL_FONT);

function renderPopulationAxis(bands: readonly PopulationPlotStrip[], start: number): Plot.Markish[] {
  const inFront = { frameAnchor: 'left', textAnchor: 'end' } as const;
  const ends = bands.flatMap((band) => [
    { y: band.size > 1 ? band.top + band.height - 7 : band.top + band.height / 2, neuron: band.firstNeuron },
    ...(band.size > 1 ? [{ y: band.top + 8, neuron: getLastNeuron(band) }] : []),
  ]);
  const gap = 18 + Math.max(...bands.map(measureLastIndex));
  const bars = bands.map(({ top, height, colour }) =>
    Plot.ruleX([start], { y1: top + 1, y2: top + height - 1, stroke: colour, strokeWidth: 5, dx: -4 }),
  );
  return [
    ...bars,
    Plot.text(ends, {
      ...inFront,
      y: 'y',
      text: (end) => String(end.neuron),
      dx: -10,
      fontSize: SMALL_FONT,
      fill: MUTED_COLOUR,
    }),
    Plot.text(bands, {
      ...inFront,
      y: (band) => band.top + band.height / 2,
      text: 'name',
      dx: -gap,
    }),
  ];
}

function selectLabelled(marks: NonNullable<SpikeRasterPlot['marks']>, x: (time: number) => number, end: number) {
  let free = -Infinity;
  return marks.filter(({ time, label }) => {
    const right = x(time) + measureText(label ?? '', SMALL_FONT) + 6;
    if (!label || x(time) < free || right > end) return false;
    free = right;
    return true;
  });
}

function selectVisibleSpikes({ times, neurons, population, populations, window }: SpikeRasterPlot): SpikeArrays {
  const [from, to] = window;
  if (!(from < to && Number.isFinite(to - from))) {
    throw new UserError(`raster: the window is ${from} to ${to} ms, but must start before it ends`);
  }
  requireNonEmpty(populations.length, 'raster', 'populations');
  for (let i = 0; i < times.length; i++) {
    const band = populations[population[i]!];
    if (band === undefined || !(neurons[i]! >= (band.firstNeuron ?? 0) && neurons[i]! <= getLastNeuron(band))) {
      const allowed = band
        ? `neurons ${band.firstNeuron ?? 0} to ${getLastNeuron(band)}`
        : `populations below ${populations.length}`;
      throw new UserError(
        `raster: spike ${i} is of population ${population[i]}, neuron ${neurons[i]}, expected ${allowed}`,
      );
    }
  }
  const kept = new Uint32Array(times.length).map((_, i) => i).filter((i) => times[i]! >= from && times[i]! <= to);
  requireNonEmpty(kept.length, 'raster', `spikes between ${from} and ${to} ms`);
  if (kept.length === times.length) return { times, neurons, population };
  const pick = (column: ArrayLike<number>) => new Float64Array(kept.length).map((_, k) => column[kept[k]!]!);
  return { times: pick(times), neurons: pick(neurons), population: pick(population) };
}

const STRIP_HEIGHT = 68;
const TITLE_HEIGHT = 18;
const AXIS_HEIGHT = 40;

interface StripFrame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly window: readonly [number, number]; // ms
  readonly binWidth: number; // ms
}

/** Renders a population's mean firing rate, Hz. The first strip states the bin width; the last has the time axis. */
function renderRateStrip(
  rates: Float64Array,
  band: PopulationPlotStrip,
  frame: StripFrame,
  { isFirst, isLast }: Readonly<Record<'isFirst' | 'isLast', boolean>>,
): string {
  const { width, marginLeft, marginRight, window } = frame;
  const { ms, origin, label } = createTimeAxis(window);
  const corners = Array.from(rates, (rate, k) => ({ time: window[0] + k * frame.binWidth, rate }));
  return renderPlot({
    width,
    marginLeft,
    marginRight,
    height: STRIP_HEIGHT + (isLast ? AXIS_HEIGHT : 0),
    marginTop: TITLE_HEIGHT,
    marginBottom: isLast ? AXIS_HEIGHT + 6 : 6,
    x: {
      domain: window.map((t) => (t - origin) / ms),
      ticks: Math.min(
        10,
        computeMaxTickCount(width - marginLeft - marginRight, Math.round(window[1]).toLocaleString('en')),
      ),
      axis: isLast ? 'bottom' : null,
      label,
      labelOffset: 36,
    },
    y: { nice: true, zero: true, ticks: 2, label: null },
    marks: [
      Plot.gridY({ ticks: 2, stroke: GRID_COLOUR, strokeOpacity: 1 }),
      Plot.areaY([...corners, { time: window[1], rate: rates.at(-1)! }], {
        x: ({ time }) => (time - origin) / ms,
        y: 'rate',
        curve: 'step-after',
        fill: band.colour,
      }),
      Plot.ruleY([0], { stroke: MUTED_COLOUR }),
      Plot.text([chooseStripTitle(band.name, isFirst ? formatTime(frame.binWidth) : '', width - marginLeft)], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dy: 5 - TITLE_HEIGHT,
        fontSize: SMALL_FONT,
      }),
    ],
  });
}

/** Longest title that fits into `maxWidth` px; it states the bin width unless `bin` is empty. */
function chooseStripTitle(name: string, bin: string, maxWidth: number): string {
  const bins = bin && `, bins of ${bin}`;
  const titles = [
    `${name}: mean rate per neuron (Hz)${bin && ` in bins of ${bin}`}`,
    `${name}: rate per neuron (Hz)${bins}`,
    `${name} (Hz)${bins}`,
  ];
  return titles.find((title) => measureText(title, SMALL_FONT) <= maxWidth) ?? titles.at(-1)!;
}
