import * as Plot from '@observablehq/plot';
import { BAR_WIDTH, colourIndex, renderColourBar } from './colourBar.ts';
import { layoutWidth } from './look.ts';
import { renderPlot } from './panel.ts';
import { SEQUENTIAL_RAMP } from './ramp.ts';
import {
  composePicture,
  createMargins,
  GRID_COLOUR,
  MUTED_COLOUR,
  measureText,
  requireFinite,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

export interface ValueMap {
  readonly title: string;
  readonly subtitle?: string;
  /** Axis label, with unit; values from left to right (x) or from bottom to top (y). */
  readonly x: { readonly label: string; readonly values: readonly string[] };
  readonly y: { readonly label: string; readonly values: readonly string[] };
  /** Label of the colour bar, with unit. */
  readonly label: string;
  /** Values at [y][x]; NaN for a missing value. */
  readonly cells: readonly (readonly number[])[];
}

const MAX_TEXTS = 150;
/** Smallest colour index at which a cell is so dark that its text is white. */
const DARK_INDEX = 90;
const CELL = { minWidth: 14, maxWidth: 64, height: 34 };
const LEFT_PADDING = 44;

/** Draws a table of coloured cells as SVG, with the values if there is space, and a colour bar. */
export function valueMap({ title, subtitle, x, y, label, cells }: ValueMap): string {
  requireNonEmpty(x.values.length * y.values.length, 'heat map', 'cells');
  const places = cells.flatMap((row, j) =>
    row.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ x: x.values[i]!, y: y.values[j]!, value }])),
  );
  const missing = cells.flatMap((row, j) =>
    row.flatMap((value, i) => (Number.isNaN(value) ? [{ x: x.values[i]!, y: y.values[j]! }] : [])),
  );
  const values = places.map(({ value }) => value);
  requireNonEmpty(values.length, 'heat map', 'values');
  requireFinite(values, 'heat map', 'value');
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const colours = { label, domain: low < high ? ([low, high] as const) : ([low - 1, low + 1] as const) };
  const digits =
    high > low ? Math.max(2, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 2) : 3;
  const text = (value: number) => String(Number(value.toPrecision(Math.min(digits, 6))));
  const widest = Math.max(...x.values.map((v) => measureText(v)), ...values.map((v) => measureText(text(v)))) + 10;
  const left = LEFT_PADDING + Math.max(...y.values.map((v) => measureText(v)));
  const room = (layoutWidth() - left - BAR_WIDTH - 12) / x.values.length;
  const width = Math.min(
    CELL.maxWidth,
    Math.max(CELL.minWidth, Math.min(room, Math.max(widest, 360 / x.values.length))),
  );
  const rows = CELL.height * y.values.length;
  // The vertical label of the y axis is centred on the rows, and may extend beyond them.
  const over = Math.max(0, measureText(y.label) - rows - 8) / 2;
  const [above, below] = [Math.max(8, over), Math.max(48, over)];
  const frame = { width: left + width * x.values.length + 12, height: above + rows + below + 8 };
  const every = Math.ceil(widest / width);
  const barHeight = Math.max(rows, measureText(label));
  const table = renderPlot({
    ...frame,
    ...createMargins(above, 12, below, left),
    x: {
      type: 'band',
      domain: [...x.values],
      ticks: x.values.filter((_, i) => i % every === 0),
      label: x.label,
      labelOffset: 40,
      padding: 0.03,
      tickSize: 0,
    },
    y: {
      type: 'band',
      domain: y.values.toReversed(),
      label: y.label,
      labelOffset: left - 16,
      padding: 0.03,
      tickSize: 0,
    },
    marks: [
      Plot.cell(places, {
        x: 'x',
        y: 'y',
        fill: (p) => `rgb(${SEQUENTIAL_RAMP[colourIndex(p.value, colours)]!.join(',')})`,
      }),
      Plot.cell(missing, { x: 'x', y: 'y', fill: 'none', stroke: GRID_COLOUR }),
      Plot.text(missing, { x: 'x', y: 'y', text: () => '×', fill: MUTED_COLOUR }),
      Plot.text(places.length <= MAX_TEXTS && widest - 10 <= width ? places : [], {
        x: 'x',
        y: 'y',
        text: (p) => text(p.value),
        fill: (p) => (colourIndex(p.value, colours) > DARK_INDEX ? 'white' : TEXT_COLOUR),
      }),
    ],
  });
  // If all values are equal, there is no colour bar. Otherwise, the bar is at least as long as its label.
  const bar = low < high ? [{ x: frame.width, y: above - 8, svg: renderColourBar(colours, barHeight) }] : [];
  const words = Math.max(measureText(subtitle ?? '') + 32, 420);
  const total = Math.max(frame.width + BAR_WIDTH, Math.min(words, layoutWidth()));
  const heading = missing.length === 0 ? subtitle : `${subtitle === undefined ? '' : `${subtitle}; `}×: not computed`;
  return composePicture(total, Math.max(frame.height, above + barHeight + 8) + 8, { title, subtitle: heading }, [
    { x: 0, y: 0, svg: table },
    ...bar,
  ]);
}
