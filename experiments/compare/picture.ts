import * as Plot from '@observablehq/plot';
import { mean } from 'simple-statistics';
import { plural } from '../../core/declare/show.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { formatFormula } from '../look/plots/chemical.ts';
import { pictureWidth } from '../look/plots/look.ts';
import { renderPlot } from '../look/plots/panel.ts';
import {
  composePicture,
  GRID_COLOUR,
  MUTED_COLOUR,
  plotMargins,
  seriesColour,
  TEXT_COLOUR,
  textWidth,
} from '../look/plots/style.ts';
import { isSignificant } from '../statistics/estimate.ts';
import type { ComparisonResult } from './compared.ts';

/** Height of a row, and margins at the top and at the bottom, px. */
const ROW_HEIGHT = 23;
const TOP_MARGIN = 8;
const BOTTOM_MARGIN = 46;
/** Maximum and minimum length of the longest bar, px. */
const [MAX_BAR, MIN_BAR] = [240, 90];
/** Gap between columns, px. */
const COLUMN_GAP = 28;
/** Width of the label of a tick, px. */
const TICK_WIDTH = 52;
/** Width of the number at the end of a bar, px. */
const NUMBER_WIDTH = 58;

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly values: readonly number[];
  /** True if the write pulse is assumed: drawn hollow, with a star. */
  readonly assumed?: boolean;
  /** True if the accuracy is not significantly different from the best. */
  readonly isNotSignificant?: boolean;
}

interface BarColumn {
  /** True for a logarithmic axis. */
  readonly log?: boolean;
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
  readonly bars: readonly Bar[];
}

const removeNulls = (values: readonly (number | null)[]): number[] => values.filter((v) => v !== null);

/** Draws bars per device (SVG): accuracy, energy per image, share of worn-out cells; dots are seeds. */
export function renderComparison(
  compared: readonly ComparisonResult[],
  { neurons, epochs, seeds }: { readonly neurons: number; readonly epochs: number; readonly seeds: number },
): string {
  const hasSharedStructure = (c: ComparisonResult) => compared.some((d) => d !== c && d.structure === c.structure);
  const formatTitle = (c: ComparisonResult) =>
    c.structure === null ? c.name : `${formatFormula(c.structure)}${hasSharedStructure(c) ? `, ${c.name}` : ''}`;
  const createBars = (of: (c: ComparisonResult) => readonly (number | null)[], isRanked = false): Bar[] =>
    compared.flatMap((c, rank) => {
      const values = removeNulls(of(c));
      const isNotSignificant = isRanked && rank > 0 && seeds > 1 && !isSignificant(c.belowBest);
      return values.length === 0 ? [] : [{ name: formatTitle(c), value: mean(values), values, isNotSignificant }];
    });
  const assumedPulses = new Map(
    compared.flatMap((c) => (c.assumed ? [[formatTitle(c), describeAssumedPulse(c.assumed)] as const] : [])),
  );
  const energies = createBars((c) => c.energyPerImage.map((energy) => energy || null)).map((bar) => ({
    ...bar,
    assumed: assumedPulses.has(bar.name),
  }));
  const joules = energies.flatMap((bar) => bar.values);
  const wornBars = createBars((c) => c.wornOut.map((share) => 100 * share));
  const formatShare = (v: number) => (v === 0 ? '0' : v < 0.1 ? '< 0.1' : v.toFixed(1));
  const all: BarColumn[] = [
    {
      label: 'accuracy (%)',
      domain: [0, 100],
      format: (v) => v.toFixed(1),
      bars: createBars((c) => c.accuracy, true),
    },
    { label: 'energy of a training image', log: true, domain: decades(joules), format: formatJoules, bars: energies },
    { label: 'worn-out cells (%)', domain: [0, 100], format: formatShare, bars: wornBars },
  ];
  const columns = all.filter((column) => column.bars.length > 0);
  const pulseNotes = [...new Set(assumedPulses.values())];
  const height = TOP_MARGIN + ROW_HEIGHT * compared.length + BOTTOM_MARGIN;
  const left = Math.max(...compared.map((c) => textWidth(formatTitle(c)))) + 14;
  const names = compared.map(formatTitle);
  const maxWidth = pictureWidth(left + columns.length * (COLUMN_GAP + MAX_BAR + NUMBER_WIDTH));
  // Names are drawn before the first column of each row.
  const capacity = Math.floor((maxWidth - left + COLUMN_GAP) / (COLUMN_GAP + MIN_BAR + NUMBER_WIDTH));
  const columnCount = Math.max(1, Math.min(columns.length, capacity));
  const barLength = Math.min(
    MAX_BAR,
    Math.floor((maxWidth - left - 8 - (columnCount - 1) * COLUMN_GAP) / columnCount - NUMBER_WIDTH),
  );
  let x = 0;
  const panels = columns.map((column, i) => {
    const first = i % columnCount === 0;
    if (first) x = 0;
    const margin = first ? left : COLUMN_GAP;
    const svg = renderColumn(column, i, first, names, { width: margin + barLength + NUMBER_WIDTH, height, margin });
    const place = { x, y: 4 + Math.floor(i / columnCount) * height, svg };
    x += margin + barLength + NUMBER_WIDTH;
    return place;
  });
  const width = left + (columnCount - 1) * COLUMN_GAP + columnCount * (barLength + NUMBER_WIDTH) + 8;
  const subtitle =
    `${plural(neurons, 'neuron')}, ${plural(epochs, 'epoch')}, mean of ${plural(seeds, 'seed')} (dots); ` +
    (seeds > 1
      ? 'ns: not significantly different from the best (95 % interval of paired differences)'
      : 'no interval of differences') +
    (compared.some(({ structure }) => structure !== null)
      ? '; conductances and nonlinearity are assumed equal if the review gives none'
      : '') +
    (pulseNotes.length === 0 ? '' : `; hollow, *: ${pulseNotes.join('; ')} (write pulse)`);
  return composePicture(
    width,
    height * Math.ceil(columns.length / columnCount) + 8,
    { title: 'MNIST accuracy by device', subtitle },
    panels,
  );
}

/** Powers of ten around the values; the lower one is below half of the smallest value, so that every bar has a length. */
function decades(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values) / 2, Math.max(...values)];
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** Powers of ten whose labels fit into a width, px. */
function decadeTicks([low, high]: readonly [number, number], width: number): number[] {
  const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, Math.floor(width / TICK_WIDTH))));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((power) => (power - first) % every === 0)
    .map((power) => Number(`1e${power}`));
}

/** Label of a power of ten, `10 pJ`; empty for other values. */
function decadeLabel(joules: number): string {
  const power = Math.round(Math.log10(joules));
  return Math.abs(joules / 10 ** power - 1) < 1e-9 ? formatJoules(10 ** power) : '';
}

function renderColumn(
  { label, domain, format, bars, log = false }: BarColumn,
  index: number,
  named: boolean,
  names: readonly string[],
  { width, height, margin }: { readonly width: number; readonly height: number; readonly margin: number },
): string {
  const dots = bars.flatMap(({ name, values }) => values.map((value) => ({ name, value })));
  return renderPlot({
    width,
    height,
    ...plotMargins(TOP_MARGIN, NUMBER_WIDTH, BOTTOM_MARGIN, margin),
    x: {
      domain: [...domain],
      label,
      labelOffset: 38,
      ticks: 5,
      ...(log && { type: 'log', ticks: decadeTicks(domain, width - margin - NUMBER_WIDTH), tickFormat: decadeLabel }),
    },
    y: {
      type: 'band',
      domain: [...names],
      label: null,
      padding: 0.25,
      ...(named ? { tickSize: 0 } : { axis: null }),
    },
    marks: [
      Plot.gridX({
        stroke: GRID_COLOUR,
        strokeOpacity: 1,
        ticks: log ? decadeTicks(domain, width - margin - NUMBER_WIDTH) : 5,
      }),
      Plot.barX(bars, {
        x1: domain[0],
        x2: 'value',
        y: 'name',
        fill: seriesColour(index),
        stroke: seriesColour(index),
        fillOpacity: (b: Bar) => (b.assumed ? 0.15 : 0.75),
      }),
      Plot.dot(dots, { x: 'value', y: 'name', fill: TEXT_COLOUR, r: 2 }),
      Plot.text(bars, {
        x: (b: Bar) => Math.max(b.value, ...b.values),
        y: 'name',
        text: (b: Bar) => `${format(b.value)}${b.assumed ? ' *' : ''}${b.isNotSignificant ? ' ns' : ''}`,
        textAnchor: 'start',
        dx: 6,
        fontSize: 11,
      }),
      Plot.ruleX([domain[0]], { stroke: MUTED_COLOUR }),
    ],
  });
}
