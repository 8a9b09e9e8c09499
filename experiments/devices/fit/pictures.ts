/** SVG pictures of `device fit`: measured readings as dots, fitted models as lines. */
import * as Plot from '@observablehq/plot';
import { pictureWidth } from '../../look/plots/look.ts';
import { gridLines, renderLegend, renderPlot } from '../../look/plots/panel.ts';
import { formatWithPrefix, tickFormat } from '../../look/plots/prefix.ts';
import { composePicture, MUTED_COLOUR, seriesColour, seriesSymbol } from '../../look/plots/style.ts';
import { DIRECTIONS, type Direction, type Train } from './import/trains.ts';
import type { Axis, KindPlot, Point } from './kinds/kind.ts';
import { FAMILY_NAMES } from './statistics/families.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import type { FittedTable } from './table/fittedTable.ts';

type Domain = readonly [low: number, high: number];
type Legend = Parameters<typeof renderLegend>[0];
type Titles = Parameters<typeof composePicture>[2];

/** Minimum width at which the two directions stand side by side, px. */
const MIN_TWO_COLUMN_WIDTH = 560;
/** Legend entry of measured readings. */
const READING = { name: 'reading', colour: MUTED_COLOUR, symbol: seriesSymbol(0), line: false };

const columnCount = (): number => (pictureWidth() < MIN_TWO_COLUMN_WIDTH ? 1 : 2);

/** At most about `maxCount` elements of a list: every n-th one. */
const thin = <T>(list: readonly T[], maxCount: number): T[] =>
  list.filter((_, i) => i % Math.ceil(list.length / maxCount) === 0);

const dotsOf = (points: readonly Point[], fill: string, fillOpacity: number, r: number) =>
  Plot.dot(points, { x: 'x', y: 'y', fill, fillOpacity, r });

const lineOf = (points: readonly Point[], stroke: string, strokeWidth: number, options: Plot.LineOptions = {}) =>
  Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth, ...options });

/** Minimum and maximum of all values, or of all but the share `tail` at each end. */
function boundsOf(values: readonly number[], tail = 0): Domain {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.floor(tail * sorted.length);
  return [sorted[at]!, sorted[sorted.length - 1 - at]!];
}

interface DirectionPanel {
  readonly height: number;
  /** Label of the x axis; null: no label and no space for one. */
  readonly x: string | null;
  /** Label of the y axis, drawn in the left column only. */
  readonly y: string;
  readonly domain: Domain;
  readonly marks: Plot.Markish[];
  /** Ticks of an x axis that has a unit. */
  readonly ticks?: Plot.ScaleOptions;
}

const renderPanel = ({ height, x, y, domain, marks, ticks }: DirectionPanel, isLeft: boolean): string =>
  renderPlot({
    width: pictureWidth() / columnCount(),
    height,
    marginTop: 14,
    marginRight: 24,
    marginBottom: x === null ? 24 : 46,
    marginLeft: 78, // "−400n" beside the label
    x: { label: x, labelOffset: 38, ...ticks },
    y: {
      label: isLeft ? y : null,
      labelOffset: 64,
      domain: [...domain],
      nice: true,
      tickFormat: tickFormat(Math.max(...domain.map(Math.abs)), undefined, 1e-2),
      ticks: height / 50,
    },
    marks: [...gridLines(), ...marks, Plot.frame({ stroke: MUTED_COLOUR })],
  });

/** Legend, then a column of panels per direction: up at the left, down at the right, or below on a narrow picture. */
function renderDirections(
  titles: Titles,
  entries: Legend,
  panelsOf: (direction: Direction) => readonly DirectionPanel[],
): string {
  const key = renderLegend(entries, pictureWidth() - 32);
  const top = key.height + 6;
  const across = columnCount();
  const columns = DIRECTIONS.map(panelsOf);
  const columnHeight = columns[0]!.reduce((sum, { height }) => sum + height, 0);
  const placed = columns.flatMap((panels, i) => {
    const x = (i % across) * (pictureWidth() / across);
    let y = top + Math.floor(i / across) * columnHeight;
    return panels.map((one) => {
      const place = { x, y, svg: renderPanel(one, i % across === 0) };
      y += one.height;
      return place;
    });
  });
  const height = top + columnHeight * (DIRECTIONS.length / across) + 4;
  return composePicture(pictureWidth(), height, titles, [{ x: 16, y: 4, svg: key.svg }, ...placed]);
}

/** Maximum number of dots per panel of a fit of pulses, and of the other pictures. */
const MAX_FIT_DOTS = 4000;
const MAX_DOTS = 3000;
/** Length of the dashes of models other than the best, px. */
const DASH_LENGTH = 5;
const SIMULATED = seriesColour(5);

/** Mean over trains at each pulse. */
function meanCurve(points: readonly Point[]): Point[] {
  const sums = new Map<number, { readonly sum: number; readonly count: number }>();
  for (const { x, y } of points) {
    const { sum, count } = sums.get(x) ?? { sum: 0, count: 0 };
    sums.set(x, { sum: sum + y, count: count + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([x, { sum, count }]) => ({ x, y: sum / count }));
}

/**
 * Fit of pulses. Above: readings, readings simulated with the best model and its noise, and the curve of each model (mean over devices).
 * Below: residuals from the best model.
 */
export function fitPicture(trains: readonly Train[], fit: Omit<PulseFit, 'fitted'>, title: string): string {
  const readingCount = trains.reduce((sum, t) => sum + t.elapsed.length, 0);
  const step = Math.ceil(readingCount / MAX_FIT_DOTS);
  const names = [fit.best, ...FAMILY_NAMES.filter((name) => name !== fit.best)];
  const best = fit.details[fit.best].curves;
  const pointsOf = (list: readonly Train[], y: (t: number, i: number) => number, direction?: Direction): Point[] =>
    list.flatMap((train, t) =>
      direction === undefined || train.direction === direction
        ? train.elapsed.map((x, i): Point => ({ x, y: y(t, i) }))
        : [],
    );
  const reading = (t: number, i: number) => trains[t]!.conductance[i]!;
  const residual = (t: number, i: number) => reading(t, i) - best[t]![i]!;
  const largest = (points: readonly Point[], least: number) =>
    points.reduce((m, p) => Math.max(m, Math.abs(p.y)), least);
  const curve = (t: number, i: number) => best[t]![i]!;
  const top = largest(pointsOf(trains, curve), largest(pointsOf(trains, reading), 0));
  const off = largest(pointsOf(trains, residual), top * 1e-6);
  const simulated = (t: number, i: number) => Math.min(Math.max(fit.simulation[t]!.conductance[i]!, 0), top);
  const dots = (points: readonly Point[], fill: string) =>
    dotsOf(
      points.filter((_, i) => i % step === 0),
      fill,
      0.28,
      1.6,
    );
  const entries = [
    READING,
    { name: 'simulated reading', colour: SIMULATED, symbol: seriesSymbol(0), line: false },
    ...names.map((name, i) => ({
      name: `${name}${i === 0 ? ' (best)' : ''}, rmse ${formatWithPrefix(fit.models[name].rmse, 'S')}`,
      colour: seriesColour(i),
      dashed: i > 0,
    })),
  ];
  return renderDirections({ title, subtitle: fitSubtitle(trains, fit, readingCount) }, entries, (direction) => {
    const curves = names.map((name, i) => {
      const line = meanCurve(pointsOf(trains, (t, k) => fit.details[name].curves[t]![k]!, direction)).map(
        (p) => (p.y <= top ? p : { ...p, y: Number.NaN }), // a poor model may leave the frame
      );
      if (i === 0) return lineOf(line, seriesColour(i), 2.5);
      // If models agree, their dashes alternate on the line of the best one.
      const strokeDasharray = `${DASH_LENGTH},${DASH_LENGTH * (names.length - 1)}`;
      return lineOf(line, seriesColour(i), 1.8, { strokeDasharray, strokeDashoffset: -DASH_LENGTH * i });
    });
    return [
      {
        height: 300,
        x: null,
        y: 'conductance (S)',
        domain: [0, top],
        marks: [
          dots(pointsOf(trains, reading, direction), MUTED_COLOUR),
          dots(pointsOf(fit.simulation, simulated, direction), SIMULATED),
          ...curves,
        ],
      },
      {
        height: 170,
        x: `pulses ${direction}`,
        y: 'residual (S)',
        domain: [-off, off],
        marks: [
          dots(pointsOf(trains, residual, direction), seriesColour(0)),
          Plot.ruleY([0], { stroke: MUTED_COLOUR }),
        ],
      },
    ];
  });
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function fitSubtitle(
  trains: readonly Train[],
  { best, spread }: Pick<PulseFit, 'best' | 'spread'>,
  readingCount: number,
): string {
  const devices = new Set(trains.map((t) => t.device)).size;
  return [
    `${readingCount.toLocaleString('en-US')} readings of ${devices} device${devices === 1 ? '' : 's'}`,
    ...(spread.deviceToDevice === null ? [] : [`device to device ${percent(spread.deviceToDevice)}`]),
    ...(spread.cycleToCycle === null ? [] : [`cycle to cycle ${percent(spread.cycleToCycle)} of a step`]),
    `residuals of ${best}`,
  ].join(', ');
}

/** Share of the conductance changes cut off at each end of their axis. */
const CHANGE_TAIL = 0.005;

/**
 * Table of steps. Above: trains as measured, and simulated from the table.
 * Below: conductance change per pulse against conductance, with the median and the 5 and 95 % quantiles of the table.
 */
export function tablePicture(
  trains: readonly Train[],
  fit: FittedTable,
  simulated: readonly Train[],
  title: string,
): string {
  const range = boundsOf([...trains, ...simulated].flatMap((t) => t.conductance));
  const span = fit.gMax - fit.gMin;
  const dots = (points: readonly Point[]) => dotsOf(points, MUTED_COLOUR, 0.35, 1.6);
  const entries = [
    READING,
    { name: 'simulated from the table', colour: seriesColour(1) },
    { name: 'table: median', colour: seriesColour(0) },
    { name: '5 and 95 %', colour: seriesColour(0), dashed: true },
  ];
  const noise = `read noise ${(100 * fit.readNoise.sd).toPrecision(2)} % of ${fit.readNoise.of === 'range' ? 'the range' : 'the conductance'}`;
  const titles = { title, subtitle: `${trains.length} trains; ${noise}, not part of the table` };
  return renderDirections(titles, entries, (direction) => {
    const of = (list: readonly Train[]) => list.filter((t) => t.direction === direction);
    const points = (list: readonly Train[]): Point[] =>
      of(list).flatMap((t, k) => t.elapsed.map((x, i) => ({ x, y: t.conductance[i]!, group: String(k) })));
    const changes = of(trains).flatMap(({ conductance: g }): Point[] =>
      g.slice(1).map((next, i) => ({ x: g[i]!, y: next - g[i]! })),
    );
    const [low, high] = changes.length > 0 ? boundsOf([...changes.map((p) => p.y), 0], CHANGE_TAIL) : [-span, span];
    const quantile = (share: number): Point[] =>
      fit.steps[direction].map(([g, ...q]) => ({
        x: fit.gMin + g! * span,
        y: q[Math.round(share * (q.length - 1))]! * span,
      }));
    const dashed = (share: number) => lineOf(quantile(share), seriesColour(0), 1.3, { strokeDasharray: '5,4' });
    return [
      {
        height: 270,
        x: `pulses ${direction}`,
        y: 'conductance (S)',
        domain: range,
        ticks: { ticks: 5 },
        marks: [
          dots(thin(points(trains), MAX_DOTS)),
          lineOf(points(simulated), seriesColour(1), 1, { z: 'group', strokeOpacity: 0.35 }),
        ],
      },
      {
        height: 250,
        x: 'conductance (S)',
        y: 'change per pulse (S)',
        domain: [low, high],
        ticks: { tickFormat: tickFormat(range[1], undefined, 1e-2), ticks: 5 },
        marks: [
          dots(thin(changes, MAX_DOTS).filter(({ y }) => y >= low && y <= high)),
          dashed(0.05),
          dashed(0.95),
          lineOf(quantile(0.5), seriesColour(0), 2.2),
        ],
      },
    ];
  });
}

/** Height of the picture of a measurement other than pulses, px. */
const KIND_HEIGHT = 400;
/** Vertical margin for curves beyond the readings, as a share of the span of the readings. */
const CURVE_MARGIN = 0.15;

/** Readings of a measurement other than pulses, and the curve of each model; the best model is first and thickest. */
export function kindPicture({ title, subtitle, axes: [x, y], dots, curves }: KindPlot): string {
  const [low, high] = boundsOf(dots.map((p) => p.y));
  const margin = (high - low || Math.abs(high) || 1) * CURVE_MARGIN;
  const domain: Domain = y.log ? [low / 1.5, high * 1.5] : [low - margin / 3, high + margin / 3];
  const xDomain = boundsOf([...dots, ...curves.flatMap((c) => c.points)].map((p) => p.x));
  const isShown = (p: Point) => p.y >= domain[0] && p.y <= domain[1];
  const scale = ({ label, log }: Axis, ends: Domain, shown: Domain) => ({
    label,
    domain: [...ends],
    ...(log && { type: 'log' as const }),
    tickFormat: log ? '~s' : tickFormat(Math.max(...shown.map(Math.abs)), 1e4, 1e-2),
    ticks: 6,
  });
  const lines = curves.map(({ points }, i) =>
    [...new Set(points.map(({ group }) => group))].map((group) =>
      lineOf(
        points.filter((p) => p.group === group).map((p) => (isShown(p) ? p : { ...p, y: Number.NaN })),
        seriesColour(i),
        i === 0 ? 2.5 : 1.5,
        i === 0 ? {} : { strokeDasharray: i === 1 ? '6,4' : '2,3' },
      ),
    ),
  );
  const entries = [READING, ...curves.map(({ name }, i) => ({ name, colour: seriesColour(i), dashed: i > 0 }))];
  const key = renderLegend(entries, pictureWidth() - 32);
  const svg = renderPlot({
    width: pictureWidth(),
    height: KIND_HEIGHT,
    marginTop: 14,
    marginRight: 24,
    marginBottom: 46,
    marginLeft: 84,
    x: { labelOffset: 38, ...scale(x, xDomain, xDomain) },
    y: { labelOffset: 68, ...scale(y, domain, [low, high]) },
    marks: [
      ...gridLines(),
      dotsOf(thin(dots, MAX_DOTS), MUTED_COLOUR, 0.5, 2.5),
      ...lines.toReversed().flat(), // the best model last, over the others
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(pictureWidth(), key.height + 6 + KIND_HEIGHT, { title, subtitle }, [
    { x: 16, y: 4, svg: key.svg },
    { x: 0, y: key.height + 6, svg },
  ]);
}
