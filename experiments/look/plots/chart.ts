import * as Plot from '@observablehq/plot';
import { scaleLinear } from 'd3-scale';
import { extent, mean, sampleStandardDeviation } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { addLegend, createGridLines, renderScaledPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import { createLogAxis, createPrefixedAxis } from './prefix.ts';
import {
  composePicture,
  computeMaxTickCount,
  createMargins,
  DASH_PATTERN,
  getSeriesColour,
  getSeriesSymbol,
  MUTED_COLOUR,
  measureText,
  PALETTE,
  type Panel,
  requireFinite,
  requireNonEmpty,
} from './style.ts';

/** Point of a curve, in the units of the axis labels. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Lower and upper end of a shaded band around y: a confidence interval, or the standard deviation over seeds. */
  readonly low?: number;
  readonly high?: number;
  /** Name of the group of the point; the points of each group are connected by a line of their own. */
  readonly group?: string;
}

/** Curve of a line chart: its name in the legend, its points and how they are drawn. */
export interface CurveSeries {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** x values without data, at which the line is interrupted. */
  readonly gapPositions?: readonly number[];
  /** True to connect points in list order, as in a loop; default: in order of x. */
  readonly keepsOrder?: boolean;
  /** True to draw only markers, without the line and the shaded band. */
  readonly isScatter?: boolean;
  readonly isUnmarked?: boolean;
  /** True for a reference curve, drawn as a dashed grey line without markers. */
  readonly isReference?: boolean;
}

/** Label, scale and range of an axis of a line chart. */
export interface CurveAxis {
  /** Axis label, with unit: `time (ms)`. */
  readonly label: string;
  readonly log?: boolean;
  /** True for a square-root scale, which shows small values beside large ones and can include 0. */
  readonly root?: boolean;
  /** Minimum range of the axis; extended if points lie outside. */
  readonly domain?: readonly [number, number];
}

export interface LineChart {
  readonly x: CurveAxis;
  readonly y: CurveAxis;
  readonly series: readonly CurveSeries[];
  /** Horizontal dashed lines, with names in the legend. */
  readonly references?: readonly { readonly name: string; readonly y: number }[];
  /** True to show the lines x = 0 and y = 0, with a margin around the points and the first series on top. */
  readonly hasZeroLines?: boolean;
}

/** Maximum numbers of markers per curve and per chart; more would hide the lines. */
const [MAX_MARKERS, MAX_TOTAL_MARKERS] = [60, 200];

const [LEFT, RIGHT] = [72, 36]; // margins; the right one has space for half of the last tick label

/** Margin around the points of a chart with zero lines, as a fraction of the points' range. */
const POINT_MARGIN = 0.04;

/** Scale of an axis, as in Observable Plot, whose own types need packages that users do not install. */
interface AxisScale {
  readonly invert?: (pixel: number) => number;
}

/** Line chart with a title; each axis label states quantity and unit. */
export interface TitledLineChart extends LineChart {
  readonly title: string;
  readonly subtitle?: string;
}

/** Draws a line chart, with optional shaded bands, markers if points are few, and a legend above the frame. */
export function renderCurves({ title, subtitle, ...lines }: TitledLineChart): string {
  const width = getLayoutWidth();
  const { panels, height } = renderLineChart(lines, { width, height: 340, markerRadius: 4 });
  return composePicture(width, height, { title, subtitle }, panels);
}

/** Layout of a chart, px; `height` excludes the legend, which is above the chart. */
interface ChartSize {
  readonly width: number;
  readonly height: number;
  readonly markerRadius: number;
}

export function renderLineChart(
  { x, y, series, references = [], hasZeroLines = false }: LineChart,
  { width, height, markerRadius: dots }: ChartSize,
): {
  readonly panels: readonly Panel[];
  readonly height: number;
  readonly getScale: (name: 'x' | 'y') => AxisScale | undefined;
} {
  requireNonEmpty(series.length, 'curve', 'series');
  for (const { name, points } of series) requireNonEmpty(points.length, 'curve', `points of "${name}"`);
  const points = series.flatMap((one) => one.points);
  const origin = hasZeroLines ? [0] : [];
  const xs = [...points.map((p) => p.x), ...origin];
  const ys = [...points.flatMap((p) => [p.y, p.low ?? p.y, p.high ?? p.y]), ...references.map((r) => r.y), ...origin];
  const share = hasZeroLines ? POINT_MARGIN : 0;
  const yScale = createScale(y, ys, 'y', share);
  const narrow = hasZeroLines ? LEFT + 12 : LEFT; // negative numbers are longer
  const left = Math.max(narrow, Math.ceil(measureTickLabels(yScale)) + AXIS_LABEL_WIDTH);
  const scales = { x: createScale(x, xs, 'x', share, width - left - RIGHT), y: yScale };

  const few = points.length <= MAX_TOTAL_MARKERS;
  const isDotted = ({ points, isUnmarked }: CurveSeries): boolean => few && !isUnmarked && points.length <= MAX_MARKERS;
  const marks = series.flatMap((one, i) => {
    const { points, gapPositions = [], keepsOrder, isScatter, isReference } = one;
    if (isReference)
      return [
        Plot.line(points, { x: 'x', y: 'y', stroke: MUTED_COLOUR, strokeWidth: 1.5, strokeDasharray: DASH_PATTERN }),
      ];
    const fill = getSeriesColour(i);
    if (isScatter)
      return [Plot.dot(points, { x: 'x', y: 'y', fill, fillOpacity: 0.7, r: dots, symbol: getSeriesSymbol(i) })];
    const gaps = gapPositions.map((x) => ({ x, y: Number.NaN, low: Number.NaN, high: Number.NaN }));
    const sorted = keepsOrder ? points : [...points, ...gaps].sort((a, b) => a.x - b.x);
    const banded = sorted.filter((p) => p.low !== undefined && p.high !== undefined);
    return [
      Plot.areaY(banded, { x: 'x', y1: 'low', y2: 'high', fill, fillOpacity: 0.18 }),
      Plot.line(sorted, {
        x: 'x',
        y: 'y',
        ...(points[0]!.group !== undefined && { z: 'group' }),
        stroke: fill,
        strokeWidth: 2,
        ...(isColourRepeated(i) && { strokeDasharray: DASH_PATTERN }),
      }),
      isDotted(one) ? Plot.dot(sorted, { x: 'x', y: 'y', fill, r: dots, symbol: getSeriesSymbol(i) }) : null,
    ];
  });
  const frame = renderScaledPlot({
    width,
    height,
    ...createMargins(12, RIGHT, 48, left),
    x: { ...scales.x, labelOffset: 40 },
    y: { ...scales.y, labelOffset: left - 14 },
    marks: [
      ...createGridLines('xy', scales.x.ticks),
      Plot.ruleX(origin, { stroke: MUTED_COLOUR }),
      Plot.ruleY(origin, { stroke: MUTED_COLOUR }),
      Plot.ruleY(references, { y: 'y', stroke: MUTED_COLOUR, strokeWidth: 1.5, strokeDasharray: DASH_PATTERN }),
      ...(hasZeroLines ? marks.toReversed() : marks),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  const entries = [
    ...series.map((one, i) => {
      const { name, isScatter = false, isReference = false } = one;
      return {
        name,
        colour: isReference ? MUTED_COLOUR : getSeriesColour(i),
        isDashed: isReference || isColourRepeated(i),
        hasLine: !isScatter,
        ...((isScatter || (!isReference && isDotted(one))) && { symbol: getSeriesSymbol(i) }),
      };
    }),
    ...references.map(({ name }) => ({ name, colour: MUTED_COLOUR, isDashed: true })),
  ];
  return { ...addLegend(entries, { svg: frame.svg, width, height }), getScale: frame.getScale };
}

/** Width of a vertical axis without its tick labels: label of the axis, ticks and the gaps between them, px. */
const AXIS_LABEL_WIDTH = 35;

/** Width of the longest tick label of a linear scale, px; 0 for other scales, whose labels are short. */
function measureTickLabels({ type, domain, tickFormat }: Plot.ScaleOptions): number {
  if (type !== 'linear') return 0;
  const scale = scaleLinear()
    .domain(domain as number[])
    .nice();
  const format = (tickFormat as ((value: number) => string) | undefined) ?? scale.tickFormat();
  return Math.max(...scale.ticks().map((tick) => measureText(format(tick))));
}

const isColourRepeated = (series: number): boolean => series >= PALETTE.length;

function createScale(
  { label, log = false, root = false, domain }: CurveAxis,
  values: readonly number[],
  axis: string,
  margin: number,
  width?: number,
): Plot.ScaleOptions {
  const shown = [...values, ...(domain ?? [])];
  requireFinite(shown, 'curve', `${axis} value`);
  let [low, high] = extent(shown);
  if (log && low <= 0) throw new UserError(`curve: ${axis} is ${low}, but must be > 0 on a logarithmic axis`);
  if (low === high)
    [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) / 10 || 1), high + (Math.abs(high) / 10 || 1)];
  if (log)
    return {
      type: 'log',
      domain: [low, high],
      nice: true,
      ticks: 6,
      ...createLogAxis(label, low, high),
    };
  const axisFormat = createPrefixedAxis(label, Math.max(-low, high), undefined, UNIT_PATTERN.test(label) ? 1e-2 : 1e-3);
  return {
    type: root ? 'sqrt' : 'linear',
    domain: [low - margin * (high - low), high + margin * (high - low)],
    nice: margin === 0,
    ...axisFormat,
    // Observable Plot may draw up to 50 % more ticks than requested.
    ticks:
      width &&
      Math.min(
        width / 80,
        computeMaxTickCount(width, axisFormat.tickFormat?.(high) ?? Number(high.toPrecision(2)).toLocaleString('en')) /
          1.5,
      ),
  };
}

const UNIT_PATTERN = /\([^()]+\)$/; // current (A)

/**
 * Mean over seeds, with a band of one sample standard deviation on either side. If no value is negative, the band ends
 * at 0.
 */
export function summariseSeeds(x: number, values: readonly number[]): CurvePoint {
  const y = mean([...values]);
  if (values.length < 2) return { x, y };
  const sd = sampleStandardDeviation([...values]);
  const isPositive = values.every((value) => value >= 0);
  return { x, y, low: isPositive ? Math.max(0, y - sd) : y - sd, high: y + sd };
}

/** Accuracy of a network after a number of training images. */
export interface AccuracyPoint {
  readonly images: number;
  /** Accuracy, %: running accuracy on training images, or accuracy on validation images. */
  readonly accuracy: number;
}

/** Accuracies (%) against the number of training images seen. */
export interface AccuracyOverTrainingPlot {
  /** Running accuracy on training images, each classified before it changes the weights. */
  readonly points: readonly AccuracyPoint[];
  readonly validation?: readonly AccuracyPoint[];
  /** Accuracy of random guesses, %. Default: 10. */
  readonly chance?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

/** Draws accuracy against the number of training images. */
export function renderAccuracyOverTraining(run: AccuracyOverTrainingPlot): string {
  const { points, validation = [], chance = 10, title = 'Accuracy over training', subtitle } = run;
  requireNonEmpty(points.length, 'accuracy over training', 'points');
  const toSeries = (name: string, measured: readonly AccuracyPoint[]): CurveSeries => ({
    name,
    points: measured.map(({ images, accuracy }) => ({ x: images, y: accuracy })),
  });
  const series = [toSeries('running, training images', points), toSeries('validation', validation)];
  return renderCurves({
    title,
    subtitle,
    x: { label: 'training images seen', domain: [0, 0] },
    y: { label: 'accuracy (%)', domain: [0, 100] },
    series: series.filter((one) => one.points.length > 0),
    references: [{ name: 'chance', y: chance }],
  });
}

/** Points of one colour: coordinates `x` and `y` of equal length, in the units of the axis labels. */
export interface ScatterGroup {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Groups of points on two axes; each axis label states quantity and unit. */
export interface ScatterPlot {
  readonly x: Pick<CurveAxis, 'label' | 'domain'>;
  readonly y: Pick<CurveAxis, 'label' | 'domain'>;
  /** Groups of points, the first on top. */
  readonly groups: readonly ScatterGroup[];
  readonly title: string;
  readonly subtitle?: string;
}

const MIN_SMALL_MARKERS = 300; // fewer points are drawn larger

/** Draws a scatter plot of groups of points, with lines at zero; suitable for up to a few thousand points. */
export function renderScatterPlot({ x, y, groups, title, subtitle }: ScatterPlot): string {
  const series = groups
    .map((group) => ({
      name: group.name,
      points: Array.from(group.x, (x, i) => ({ x, y: group.y[i]! })),
      isScatter: true,
    }))
    .filter(({ points }) => points.length > 0);
  requireNonEmpty(series.length, 'scatter', 'points');
  const count = series.reduce((sum, { points }) => sum + points.length, 0);
  const size = {
    width: getLayoutWidth(),
    height: 380,
    markerRadius: count < MIN_SMALL_MARKERS ? 3.5 : 2,
  };
  const { panels, height } = renderLineChart({ x, y, series, hasZeroLines: true }, size);
  return composePicture(size.width, height, { title, subtitle }, panels);
}
