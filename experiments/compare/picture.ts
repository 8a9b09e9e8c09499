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
import type { Compared } from './compared.ts';

/** Height of a row, and margins, px. */
const ROW = 23;
const TOP = 8;
const BOTTOM = 46;
/** Maximum and minimum length of the longest bar, px. */
const [MAX_BAR, MIN_BAR] = [240, 90];
const GAP = 28;
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
  readonly alike?: boolean;
}

interface Column {
  readonly log?: boolean;
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly text: (value: number) => string;
  readonly bars: readonly Bar[];
}

const known = (values: readonly (number | null)[]): number[] => values.filter((v) => v !== null);

/** Bars of each device: accuracy, energy per image, share of worn-out cells; dots are seeds. SVG. */
export function comparisonPicture(
  compared: readonly Compared[],
  { neurons, epochs, seeds }: { readonly neurons: number; readonly epochs: number; readonly seeds: number },
): string {
  const shared = (c: Compared) => compared.some((d) => d !== c && d.structure === c.structure);
  const title = (c: Compared) =>
    c.structure === null ? c.name : `${formatFormula(c.structure)}${shared(c) ? `, ${c.name}` : ''}`;
  const bars = (of: (c: Compared) => readonly (number | null)[], isRanked = false): Bar[] =>
    compared.flatMap((c, rank) => {
      const values = known(of(c));
      const alike = isRanked && rank > 0 && seeds > 1 && !isSignificant(c.belowBest);
      return values.length === 0 ? [] : [{ name: title(c), value: mean(values), values, alike }];
    });
  const assumedPulses = new Map(
    compared.flatMap((c) => (c.assumed ? [[title(c), describeAssumedPulse(c.assumed)] as const] : [])),
  );
  const energies = bars((c) => (c.tuned ?? c).energyPerImage.map((joules) => joules || null)).map((bar) => ({
    ...bar,
    assumed: assumedPulses.has(bar.name),
  }));
  const spent = energies.flatMap((bar) => bar.values);
  const worn = bars((c) => (c.tuned ?? c).wornOut.map((share) => 100 * share));
  const share = (v: number) => (v === 0 ? '0' : v < 0.1 ? '< 0.1' : v.toFixed(1));
  const tuned = compared.some((c) => c.tuned !== undefined);
  const all: Column[] = [
    {
      label: tuned ? 'accuracy, common recipe (%)' : 'accuracy (%)',
      domain: [0, 100],
      text: (v) => v.toFixed(1),
      bars: bars((c) => c.accuracy, !tuned),
    },
    {
      label: 'accuracy, recipe of its own (%)',
      domain: [0, 100],
      text: (v) => v.toFixed(1),
      bars: bars((c) => c.tuned?.accuracy ?? [], true),
    },
    { label: 'energy of a training image', log: true, domain: decades(spent), text: formatJoules, bars: energies },
    { label: 'worn-out cells (%)', domain: [0, 100], text: share, bars: worn },
  ];
  const columns = all.filter((column) => column.bars.length > 0);
  const marks = [...new Set(assumedPulses.values())];
  const height = TOP + ROW * compared.length + BOTTOM;
  const left = Math.max(...compared.map((c) => textWidth(title(c)))) + 14;
  const names = compared.map(title);
  const wide = pictureWidth(left + columns.length * (GAP + MAX_BAR + NUMBER_WIDTH));
  // Names are drawn before the first column of each row.
  const room = Math.floor((wide - left + GAP) / (GAP + MIN_BAR + NUMBER_WIDTH));
  const across = Math.max(1, Math.min(columns.length, room));
  const long = Math.min(MAX_BAR, Math.floor((wide - left - 8 - (across - 1) * GAP) / across - NUMBER_WIDTH));
  let x = 0;
  const panels = columns.map((column, i) => {
    const first = i % across === 0;
    if (first) x = 0;
    const margin = first ? left : GAP;
    const svg = chart(column, i, first, names, { width: margin + long + NUMBER_WIDTH, height, margin });
    const place = { x, y: 4 + Math.floor(i / across) * height, svg };
    x += margin + long + NUMBER_WIDTH;
    return place;
  });
  const width = left + (across - 1) * GAP + across * (long + NUMBER_WIDTH) + 8;
  const subtitle =
    `${plural(neurons, 'neuron')}, ${plural(epochs, 'epoch')}, mean of ${plural(seeds, 'seed')} (dots); ` +
    (seeds > 1
      ? 'ns: not significantly different from the best (95 % interval of paired differences); '
      : 'no interval of differences; ') +
    'conductances and nonlinearity are assumed equal if the review gives none' +
    (marks.length === 0 ? '' : `; hollow, *: ${marks.join('; ')} (write pulse)`);
  return composePicture(
    width,
    height * Math.ceil(columns.length / across) + 8,
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
function decadeTicks([low, high]: readonly [number, number], room: number): number[] {
  const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, Math.floor(room / TICK_WIDTH))));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((power) => (power - first) % every === 0)
    .map((power) => Number(`1e${power}`));
}

/** Label of a power of ten, `10 pJ`; empty for other values. */
function decadeLabel(joules: number): string {
  const power = Math.round(Math.log10(joules));
  return Math.abs(joules / 10 ** power - 1) < 1e-9 ? formatJoules(10 ** power) : '';
}

function chart(
  { label, domain, text, bars, log = false }: Column,
  index: number,
  named: boolean,
  names: readonly string[],
  { width, height, margin }: { readonly width: number; readonly height: number; readonly margin: number },
): string {
  const dots = bars.flatMap(({ name, values }) => values.map((value) => ({ name, value })));
  return renderPlot({
    width,
    height,
    ...plotMargins(TOP, NUMBER_WIDTH, BOTTOM, margin),
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
        text: (b: Bar) => `${text(b.value)}${b.assumed ? ' *' : ''}${b.alike ? ' ns' : ''}`,
        textAnchor: 'start',
        dx: 6,
        fontSize: 11,
      }),
      Plot.ruleX([domain[0]], { stroke: MUTED_COLOUR }),
    ],
  });
}
