import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import { wilsonInterval } from '../../statistics/wilson.ts';
import { layoutWidth } from './look.ts';
import { renderPlot } from './panel.ts';
import {
  composePicture,
  createMargins,
  MUTED_COLOUR,
  measureText,
  PALETTE,
  requireFinite,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

export interface ConfusionMatrix {
  /** Number of images by true class (row) and predicted class (column), `classes x classes`, row-major. */
  readonly matrix: ArrayLike<number>;
  /** Class names. Default: 0, 1, 2 … */
  readonly classes?: readonly string[];
  readonly title?: string;
}

const CELL = 46;
const MIN_CELL = 26;
const MARGIN = { top: 26, right: 92, bottom: 48, left: 52 };

/**
 * Draws a confusion matrix as SVG, with one row per true class. Correct counts are blue, errors orange; darker means a
 * larger share of the row (or of the largest error). Right: recall. Subtitle: accuracy with 95 % interval (Wilson).
 */
export function confusionMatrix({ matrix, classes: names, title = 'Confusion matrix' }: ConfusionMatrix): string {
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
  const longest = measureText(names?.reduce((a, b) => (b.length > a.length ? b : a)) ?? '9');
  const left = MARGIN.left + longest;
  const room = (layoutWidth() - left - MARGIN.right) / classes;
  const width = left + Math.min(Math.max(CELL, longest + 6), Math.max(MIN_CELL, room)) * classes + MARGIN.right;
  const height = MARGIN.top + CELL * classes + MARGIN.bottom;
  const table = renderPlot({
    width,
    height,
    ...createMargins(MARGIN.top, MARGIN.right, MARGIN.bottom, left),
    x: { ...named, label: 'predicted class', labelOffset: 38 },
    y: { ...named, label: 'true class', labelOffset: left - 18 },
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
      Plot.text(['recognised'], {
        frameAnchor: 'top-right',
        textAnchor: 'start',
        dx: 14,
        dy: -18,
        fill: MUTED_COLOUR,
        fontSize: 11,
      }),
      Plot.text(recall, {
        y: 'truth',
        text: 'text',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 14,
        fill: MUTED_COLOUR,
      }),
    ],
  });
  const { low, high } = wilsonInterval(hits, total);
  const subtitle =
    `${((100 * hits) / total).toFixed(2)} % of ${formatCount(total, 'image')} right ` +
    `(95 % interval ${low.toFixed(2)}–${high.toFixed(2)} %)`;
  return composePicture(
    Math.max(width, Math.min(layoutWidth(), 32 + measureText(subtitle))),
    height + 4,
    { title, subtitle },
    [{ x: 0, y: 0, svg: table }],
  );
}
