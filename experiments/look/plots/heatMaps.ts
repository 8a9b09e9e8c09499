import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import { computeWilsonInterval } from '../../statistics/wilson.ts';
import {
  COLOUR_BAR_WIDTH,
  type ColourScale,
  encodeGridPng,
  renderColourBar,
  SEQUENTIAL_COLOUR_MAP,
  toColourIndex,
  type ValueGrid,
} from './colours.ts';
import { createImageMark, renderPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import { createPrefixedAxis } from './prefix.ts';
import {
  composePicture,
  createMargins,
  GRID_COLOUR,
  MUTED_COLOUR,
  measureText,
  PALETTE,
  requireFinite,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

/** Label and range of an axis of a heat map. */
export interface HeatMapAxis {
  /** Axis label with unit. */
  readonly label: string;
  /** Values at the left and right edge of the grid (x), or at the bottom and top edge (y). */
  readonly domain: readonly [number, number];
  readonly ticks?: number;
}

/** Grid of values with axes and colour scale. */
export interface HeatMap extends ValueGrid {
  readonly x: HeatMapAxis;
  readonly y: HeatMapAxis;
  readonly colours: ColourScale;
  readonly hasZeroLines?: boolean;
  readonly title: string;
  readonly subtitle?: string;
}

const MAP_HEIGHT = 380;
const MAP_MARGIN = createMargins(10, 16, 48, 84);

/** Draws a heat map with a colour bar; missing values are white. */
export function renderHeatMap(map: HeatMap): string {
  const { x, y, colours, title, subtitle } = map;
  requireNonEmpty(map.rows * map.columns, 'heat map', 'values');
  const width = getLayoutWidth() - COLOUR_BAR_WIDTH;
  const { marginTop: top, marginLeft: left } = MAP_MARGIN;
  const inner = width - left - MAP_MARGIN.marginRight;
  const height = MAP_HEIGHT - top - MAP_MARGIN.marginBottom;
  const axis = ({ label, domain, ticks }: HeatMapAxis, labelOffset: number) => ({
    ...createPrefixedAxis(label, Math.max(...domain.map(Math.abs))),
    ...(ticks !== undefined && { ticks }),
    domain: [...domain],
    labelOffset,
  });
  const within = ({ domain: [a, b] }: HeatMapAxis) => map.hasZeroLines && Math.min(a, b) < 0 && Math.max(a, b) > 0;
  const frame = renderPlot({
    width,
    height: MAP_HEIGHT,
    ...MAP_MARGIN,
    x: axis(x, 40),
    y: axis(y, 68),
    marks: [
      createImageMark(encodeGridPng(map, colours, inner, height), left, top, inner, height),
      Plot.ruleX(within(x) ? [0] : [], { stroke: MUTED_COLOUR }),
      Plot.ruleY(within(y) ? [0] : [], { stroke: MUTED_COLOUR }),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(getLayoutWidth(), MAP_HEIGHT + 8, { title, subtitle }, [
    { x: 0, y: 0, svg: frame },
    { x: width, y: top - 8, svg: renderColourBar(colours, height) },
  ]);
}

/** Table of values to draw as coloured cells, in the unit of `label`. */
export interface ValueTablePlot {
  readonly title: string;
  readonly subtitle?: string;
  /** Axis label, with unit; values from left to right (x) or from bottom to top (y). */
  readonly x: { readonly label: string; readonly values: readonly string[] };
  readonly y: { readonly label: string; readonly values: readonly string[] };
  /** Label of the colour bar with unit. */
  readonly label: string;
  /** Table values at [y][x]; NaN for a missing value. */
  readonly cells: readonly (readonly number[])[];
}

const MAX_TEXTS = 150;
const MIN_WHITE_TEXT_INDEX = 90; // text is white in cells above this colour index (0 to 255)
const CELL = { minWidth: 14, maxWidth: 64, minHeight: 34, maxHeight: 64 };
const LEFT_PADDING = 44;

/** Draws a table of coloured cells with a colour bar; shows the values if there is space. */
export function renderValueTable({ title, subtitle, x, y, label, cells }: ValueTablePlot): string {
  requireNonEmpty(x.values.length * y.values.length, 'heat map', 'cells');
  const all = cells.flatMap((row, j) => row.map((value, i) => ({ x: x.values[i]!, y: y.values[j]!, value })));
  const places = all.filter(({ value }) => !Number.isNaN(value));
  const missing = all.filter(({ value }) => Number.isNaN(value));
  const values = places.map(({ value }) => value);
  requireNonEmpty(values.length, 'heat map', 'values');
  requireFinite(values, 'heat map', 'value');
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const colours = { label, domain: low < high ? ([low, high] as const) : ([low - 1, low + 1] as const) };
  const digits =
    high > low ? Math.max(2, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 2) : 3;
  const text = (value: number) => String(Number(value.toPrecision(Math.min(digits, 6))));
  const widest = Math.max(...x.values.map((v) => measureText(v)), ...values.map((v) => measureText(text(v)))) + 10;
  const left = LEFT_PADDING + Math.max(...y.values.map((v) => measureText(v)));
  const room = (getLayoutWidth() - left - COLOUR_BAR_WIDTH - 12) / x.values.length;
  const width = Math.min(
    CELL.maxWidth,
    Math.max(CELL.minWidth, Math.min(room, Math.max(widest, 360 / x.values.length))),
  );
  // Row height: the heat map becomes about as high as the vertical label of its colour bar.
  const labelHeight = measureText(label);
  const cellHeight = Math.min(CELL.maxHeight, Math.max(CELL.minHeight, labelHeight / y.values.length));
  const rows = cellHeight * y.values.length;
  // The vertical label of the y axis is centred on the rows of the heat map, and may extend beyond them.
  const over = Math.max(0, measureText(y.label) - rows - 8) / 2;
  const [above, below] = [Math.max(8, over), Math.max(48, over)];
  const frame = { width: left + width * x.values.length + 12, height: above + rows + below + 8 };
  const every = Math.ceil(widest / width);
  const band = { type: 'band', padding: 0.03, tickSize: 0 } as const;
  const barHeight = Math.max(rows, labelHeight);
  const table = renderPlot({
    ...frame,
    ...createMargins(above, 12, below, left),
    x: {
      ...band,
      domain: [...x.values],
      ticks: x.values.filter((_, i) => i % every === 0),
      label: x.label,
      labelOffset: 40,
    },
    y: { ...band, domain: y.values.toReversed(), label: y.label, labelOffset: left - 16 },
    marks: [
      Plot.cell(places, {
        x: 'x',
        y: 'y',
        fill: (p) => `rgb(${SEQUENTIAL_COLOUR_MAP[toColourIndex(p.value, colours)]!.join(',')})`,
      }),
      Plot.cell(missing, { x: 'x', y: 'y', fill: 'none', stroke: GRID_COLOUR }),
      Plot.text(missing, { x: 'x', y: 'y', text: () => '×', fill: MUTED_COLOUR }),
      Plot.text(places.length <= MAX_TEXTS && widest - 10 <= width ? places : [], {
        x: 'x',
        y: 'y',
        text: (p) => text(p.value),
        fill: (p) => (toColourIndex(p.value, colours) > MIN_WHITE_TEXT_INDEX ? 'white' : TEXT_COLOUR),
      }),
    ],
  });
  // If all values of a heat map are equal, it has no colour bar.
  const bar = low < high ? [{ x: frame.width, y: above - 8, svg: renderColourBar(colours, barHeight) }] : [];
  const words = Math.max(measureText(subtitle ?? '') + 32, 420);
  const total = Math.max(frame.width + COLOUR_BAR_WIDTH, Math.min(words, getLayoutWidth()));
  const heading = missing.length === 0 ? subtitle : `${subtitle === undefined ? '' : `${subtitle}; `}×: not computed`;
  return composePicture(total, Math.max(frame.height, above + barHeight + 8) + 8, { title, subtitle: heading }, [
    { x: 0, y: 0, svg: table },
    ...bar,
  ]);
}

/** Confusion matrix to draw, with its class names. */
export interface ConfusionMatrixPlot {
  /** Number of images by true class (row) and predicted class (column), `classes x classes`, row-major. */
  readonly matrix: ArrayLike<number>;
  /** Class names. Default: 0, 1, 2 … */
  readonly classes?: readonly string[];
  readonly title?: string;
}

const COUNT_CELL = 46;
const MIN_COUNT_CELL = 26;
const COUNT_MARGIN = createMargins(26, 92, 48, 52);

/**
 * Draws a confusion matrix as SVG, one row per true class, with recall at the right. Correct counts are blue, errors
 * orange; darker cells hold a larger share of their row. The subtitle has the accuracy with its 95 % Wilson interval.
 */
export function renderConfusionMatrix({
  matrix,
  classes: names,
  title = 'Confusion matrix',
}: ConfusionMatrixPlot): string {
  const classes = Math.sqrt(matrix.length);
  requireNonEmpty(classes, 'confusion matrix', 'classes');
  requireFinite(matrix, 'confusion matrix', 'entry');
  if (!Number.isInteger(classes) || (names && names.length !== classes)) {
    const expected = names ? `${names.length ** 2} for ${names.length} classes` : 'a square number';
    throw new UserError(`confusion matrix: ${matrix.length} entries found, expected ${expected}`);
  }
  const rows = Array.from({ length: classes }, (_, row) =>
    Array.from({ length: classes }, (_, column) => matrix[row * classes + column]!),
  );
  const images = rows.map((row) => row.reduce((sum, n) => sum + n, 0));
  const total = images.reduce((sum, n) => sum + n, 0);
  requireNonEmpty(total, 'confusion matrix', 'images');
  const hits = rows.reduce((sum, row, c) => sum + row[c]!, 0);

  const cells = rows.flatMap((row, truth) =>
    row.map((n, guess) => ({ n, truth, guess, share: n / (images[truth]! || 1) })),
  );
  const worst = cells.reduce((most, c) => (c.truth === c.guess ? most : Math.max(most, c.share)), 0);
  const depth = (c: { truth: number; guess: number; share: number }): number =>
    c.truth === c.guess ? 0.9 * c.share : worst > 0 ? 0.85 * (c.share / worst) : 0;
  const recall = images.map((n, truth) => ({
    truth,
    text: n > 0 ? `${((100 * rows[truth]![truth]!) / n).toFixed(1)} %` : '–',
  }));

  const named = {
    type: 'band',
    padding: 0.04,
    tickFormat: (c: number) => names?.[c] ?? String(c),
    tickSize: 0,
  } as const;
  const beside = { textAnchor: 'start', dx: 14, fill: MUTED_COLOUR } as const;
  const longest = measureText(names?.reduce((a, b) => (b.length > a.length ? b : a)) ?? '9');
  const marginLeft = COUNT_MARGIN.marginLeft + longest;
  const room = (getLayoutWidth() - marginLeft - COUNT_MARGIN.marginRight) / classes;
  const cellWidth = Math.min(Math.max(COUNT_CELL, longest + 6), Math.max(MIN_COUNT_CELL, room));
  const width = marginLeft + cellWidth * classes + COUNT_MARGIN.marginRight;
  const height = COUNT_MARGIN.marginTop + COUNT_CELL * classes + COUNT_MARGIN.marginBottom;
  const table = renderPlot({
    width,
    height,
    ...COUNT_MARGIN,
    marginLeft,
    x: { ...named, label: 'predicted class', labelOffset: 38 },
    y: { ...named, label: 'true class', labelOffset: marginLeft - 18 },
    marks: [
      Plot.cell(cells, {
        x: 'guess',
        y: 'truth',
        fill: (c) => (c.truth === c.guess ? PALETTE[0] : PALETTE[1]),
        fillOpacity: depth,
        stroke: '#dddddd',
      }),
      Plot.text(cells, {
        filter: (c) => c.n > 0,
        x: 'guess',
        y: 'truth',
        text: (c) => c.n.toLocaleString('en-US'),
        fill: (c) => (c.truth === c.guess && depth(c) > 0.6 ? 'white' : TEXT_COLOUR),
      }),
      Plot.text(['recognised'], { ...beside, frameAnchor: 'top-right', dy: -18, fontSize: 11 }),
      Plot.text(recall, { ...beside, y: 'truth', text: 'text', frameAnchor: 'right' }),
    ],
  });
  const { low, high } = computeWilsonInterval(hits, total);
  const subtitle =
    `${((100 * hits) / total).toFixed(2)} % of ${formatCount(total, 'image')} right ` +
    `(95 % interval ${low.toFixed(2)}–${high.toFixed(2)} %)`;
  return composePicture(
    Math.max(width, Math.min(getLayoutWidth(), 32 + measureText(subtitle))),
    height + 4,
    { title, subtitle },
    [{ x: 0, y: 0, svg: table }],
  );
}
