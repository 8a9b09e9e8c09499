import * as Plot from '@observablehq/plot';
import { fitted, INK, panel, picture, RAMP, requireFinite, requireSome, textWidth, tickFormat } from './style.ts';

export interface ValueMap {
  readonly title: string;
  readonly subtitle?: string;
  /** Name with its unit, and the values from left to right (from bottom to top). */
  readonly x: { readonly label: string; readonly values: readonly string[] };
  readonly y: { readonly label: string; readonly values: readonly string[] };
  /** Name with its unit. */
  readonly label: string;
  /** Values at [y][x]; NaN where there is none. */
  readonly cells: readonly (readonly number[])[];
}

const MOST_TEXTS = 150;
const CELL = { least: 14, most: 64, height: 34 };
const LEFT_PADDING = 44;
const KEY = { width: 90, bar: 14, steps: 64 };

/** A table of coloured cells, with the value written in each while there is room, and the key at the right. SVG. */
export function valueMap({ title, subtitle, x, y, label, cells }: ValueMap): string {
  requireSome(x.values.length * y.values.length, 'heat map', 'cells');
  const places = cells.flatMap((row, j) =>
    row.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ x: x.values[i]!, y: y.values[j]!, value }])),
  );
  const values = places.map(({ value }) => value);
  requireSome(values.length, 'heat map', 'values');
  requireFinite(values, 'heat map', 'value');
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  const fill = (value: number) => rgb(0.05 + 0.85 * share(value));
  const digits =
    high > low ? Math.max(2, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 2) : 3;
  const text = (value: number) => String(Number(value.toPrecision(Math.min(digits, 6))));
  const widest = Math.max(...x.values.map((v) => textWidth(v)), ...values.map((v) => textWidth(text(v)))) + 10;
  const width = Math.min(CELL.most, Math.max(CELL.least, widest, 360 / x.values.length));
  const left = LEFT_PADDING + Math.max(...y.values.map((v) => textWidth(v)));
  const frame = { width: left + width * x.values.length + 12, height: 16 + CELL.height * y.values.length + 48 };
  const every = Math.ceil(widest / width);
  const table = panel({
    ...frame,
    marginTop: 8,
    marginRight: 12,
    marginBottom: 48,
    marginLeft: left,
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
      Plot.cell(places, { x: 'x', y: 'y', fill: (p) => fill(p.value) }),
      Plot.text(places.length <= MOST_TEXTS ? places : [], {
        x: 'x',
        y: 'y',
        text: (p) => text(p.value),
        fill: (p) => (share(p.value) > 0.45 ? 'white' : INK),
        fontSize: fitted('0'.repeat(Math.ceil(widest / 8)), 12, width),
      }),
    ],
  });
  const keyHeight = Math.max(CELL.height * y.values.length, Math.ceil(textWidth(label))); // the label stands upright beside it
  const total = Math.max(frame.width + KEY.width, textWidth(subtitle ?? '') + 32, 420);
  return picture(total, Math.max(frame.height, keyHeight + 24) + 8, { title, subtitle }, [
    { x: 0, y: 0, svg: table },
    { x: frame.width, y: 8, svg: key(label, low, high, keyHeight, fill) },
  ]);
}

function key(label: string, low: number, high: number, height: number, fill: (value: number) => string): string {
  const steps = Array.from({ length: KEY.steps }, (_, i) => low + ((high - low) * (i + 0.5)) / KEY.steps);
  if (high === low) return '<svg width="1" height="1"></svg>';
  const format = tickFormat(Math.max(Math.abs(low), Math.abs(high)));
  return panel({
    width: KEY.width,
    height: height + 16,
    marginTop: 8,
    marginBottom: 8,
    marginLeft: 8,
    marginRight: KEY.width - 8 - KEY.bar,
    x: { axis: null },
    y: {
      domain: [low, high],
      axis: 'right',
      label,
      labelOffset: 56,
      tickFormat: format,
      ticks: Math.max(2, height / 40),
    },
    marks: [
      Plot.rect(steps, {
        y1: (v) => v - (high - low) / KEY.steps / 2,
        y2: (v) => v + (high - low) / KEY.steps / 2,
        x1: 0,
        x2: 1,
        fill,
      }),
    ],
  });
}

const rgb = (share: number): string => `rgb(${RAMP[Math.round(255 * share)]!.join(',')})`;
