import * as Plot from '@observablehq/plot';
import { type EventEnergy, formatJoules, TECHNOLOGY_ENERGY_RANGES } from '../energyText.ts';
import { addLegend, createGridLines, renderPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import { createPrefixedAxis } from './prefix.ts';
import {
  composePicture,
  createMargins,
  getSeriesColour,
  getSeriesSymbol,
  MUTED_COLOUR,
  measureText,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

const ROW = 34;
const DENSE_ROW = 22;
const MARGIN = { top: 8, right: 24, bottom: 46 };
const LABELS = 170;

/**
 * Draws energies on a logarithmic axis, J, as SVG, with published ranges. Energies with the same name share a row.
 * Kinds, if given, differ in colour and symbol, with a legend; otherwise each energy is labelled with its value.
 */
export function renderEnergyScale(figures: readonly EventEnergy[], title = 'Energy of one event'): string {
  const shown = figures.filter(({ joules }) => joules > 0);
  const kinds = [...new Set(shown.flatMap(({ kind }) => kind ?? []))];
  const low = Math.min(1e-15, ...shown.map(({ joules }) => joules / 2));
  const high = Math.max(1e-10, ...shown.map(({ joules }) => joules * 2));
  const names = [...new Set([...TECHNOLOGY_ENERGY_RANGES, ...shown].map(({ name }) => name))];
  const height = MARGIN.top + (kinds.length > 0 ? DENSE_ROW : ROW) * names.length + MARGIN.bottom;
  const isNearRight = ({ joules }: EventEnergy) => Math.log(joules / low) > 0.7 * Math.log(high / low);
  const [nearRight, others] = [shown.filter(isNearRight), shown.filter((figure) => !isNearRight(figure))];
  const place = { x: 'joules', y: 'name' } as const;
  const text = (some: readonly EventEnergy[], textAnchor: 'start' | 'end', dx: number) =>
    Plot.text(some, { ...place, text: ({ joules }) => formatJoules(joules), textAnchor, dx });
  const dots = (some: readonly EventEnergy[], kind: number, symbol = getSeriesSymbol(kind)) =>
    Plot.dot(some, { ...place, fill: getSeriesColour(kind), r: 5, symbol });
  const ofKind = (kind: string) => shown.filter((figure) => figure.kind === kind);
  const labelled = [dots(shown, 0, 'diamond'), text(others, 'start', 9), text(nearRight, 'end', -9)];
  const marks = kinds.length > 0 ? kinds.map((kind, i) => dots(ofKind(kind), i)) : labelled;
  const width = getLayoutWidth();
  const left = Math.max(LABELS, ...names.map((name) => measureText(name) + 12));
  const svg = renderPlot({
    width,
    height,
    ...createMargins(MARGIN.top, MARGIN.right, MARGIN.bottom, left),
    x: { type: 'log', domain: [low, high], label: 'energy', labelOffset: 38, tickFormat: formatEnergyTick },
    y: { type: 'band', domain: names, label: null, padding: 0.3, tickSize: 0 },
    marks: [
      ...createGridLines('x'),
      Plot.barX(TECHNOLOGY_ENERGY_RANGES, {
        x1: 'low',
        x2: 'high',
        y: 'name',
        fill: (_: unknown, i: number) => getSeriesColour(i + 1),
        fillOpacity: 0.55,
      }),
      ...marks,
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  const subtitle = 'bands: ranges of Cao et al. 2023, Nanoscale Horiz. 8, 716';
  const entries = kinds.map((name, i) => ({
    name,
    colour: getSeriesColour(i),
    symbol: getSeriesSymbol(i),
    hasLine: false,
  }));
  const picture = addLegend(entries, { svg, width, height });
  return composePicture(width, picture.height, { title, subtitle }, picture.panels);
}

/** Tick label of a power of ten between 1 aJ and 1 J; empty for other energies. */
const formatEnergyTick = (joules: number): string => {
  const power = Math.round(Math.log10(joules));
  return Math.abs(joules / 10 ** power - 1) < 1e-9 && power >= -18 && power <= 0 ? formatJoules(10 ** power) : '';
};

/** Means of categories with confidence intervals, in the unit of `label`. */
export interface CategoryMeansPlot {
  readonly title: string;
  readonly subtitle?: string;
  /** Axis label with unit. */
  readonly label: string;
  /** Reference value, drawn as a dashed line. */
  readonly reference?: number;
  /** Categories from top to bottom: mean and, if known, lower and upper limit of the confidence interval. */
  readonly rows: readonly {
    readonly name: string;
    readonly mean: number;
    readonly low?: number;
    readonly high?: number;
    /** True to draw the mean as a hollow dot, for a number from assumed values. */
    readonly isHollow?: boolean;
  }[];
}

const RESPONSE_ROW = 24;
const RESPONSE_BOTTOM = 48;

/** Draws mean and confidence interval of each category. */
export function renderCategoryMeans({ title, subtitle, label, reference, rows }: CategoryMeansPlot): string {
  requireNonEmpty(rows.length, 'responses', 'rows');
  const left = Math.max(...rows.map(({ name }) => measureText(name))) + 16;
  const height = 8 + RESPONSE_ROW * rows.length + RESPONSE_BOTTOM;
  const most = Math.max(...rows.map(({ mean, high }) => Math.abs(high ?? mean)));
  const hollow = rows.filter(({ isHollow }) => isHollow);
  const svg = renderPlot({
    width: getLayoutWidth(),
    height,
    ...createMargins(8, 36, RESPONSE_BOTTOM, left),
    x: { ...createPrefixedAxis(label, most), nice: true, labelOffset: 40 },
    y: { type: 'band', domain: rows.map(({ name }) => name), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      ...createGridLines('x'),
      Plot.ruleY(
        rows.filter(({ low }) => low !== undefined),
        { y: 'name', x1: 'low', x2: 'high', stroke: getSeriesColour(0), strokeWidth: 2 },
      ),
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: TEXT_COLOUR, strokeDasharray: '5,4' })]),
      Plot.dot(
        rows.filter(({ isHollow }) => !isHollow),
        { y: 'name', x: 'mean', fill: getSeriesColour(0), r: 4.5 },
      ),
      ...(hollow.length > 0
        ? [Plot.dot(hollow, { y: 'name', x: 'mean', fill: 'white', stroke: getSeriesColour(0), r: 4.5 })]
        : []),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(getLayoutWidth(), height + 8, { title, subtitle }, [{ x: 0, y: 0, svg }]);
}
