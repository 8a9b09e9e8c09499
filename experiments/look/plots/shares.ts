import * as Plot from '@observablehq/plot';
import { addLegend, createGridLines, renderPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import { composePicture, createMargins, getSeriesColour, MUTED_COLOUR, measureText, requireNonEmpty } from './style.ts';

/** Values of parts by row; a row is drawn as shares of its sum. */
export interface Shares {
  readonly title: string;
  readonly subtitle: string;
  /** Names of the parts, at most seven. */
  readonly parts: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const ROW = 30;
const MARGIN = { top: 4, right: 16, bottom: 44 };

/** Draws the share of each part in the sum of its row as stacked bars, SVG. Parts that are 0 in all rows are left out. */
export function stackedShares({ title, subtitle, parts, rows }: Shares): string {
  requireNonEmpty(rows.length, 'stackedShares', 'rows');
  const bars = rows.flatMap(({ name, values }) => {
    const sum = values.reduce((a, b) => a + b, 0);
    let end = 0;
    return values.map((value, part) => ({ name, part, from: end, to: (end += sum > 0 ? (100 * value) / sum : 0) }));
  });
  const shown = bars.filter(({ from, to }) => to > from);
  const width = getLayoutWidth();
  const height = MARGIN.top + ROW * rows.length + MARGIN.bottom;
  const left = Math.max(...rows.map(({ name }) => measureText(name))) + 12;
  const svg = renderPlot({
    width,
    height,
    ...createMargins(MARGIN.top, MARGIN.right, MARGIN.bottom, left),
    x: { domain: [0, 100], label: 'share (%)', labelOffset: 38 },
    y: { type: 'band', domain: rows.map(({ name }) => name), label: null, padding: 0.25, tickSize: 0 },
    marks: [
      ...createGridLines('x'),
      Plot.barX(shown, { x1: 'from', x2: 'to', y: 'name', fill: ({ part }) => getSeriesColour(part) }),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  const entries = parts.flatMap((name, part) =>
    shown.some((bar) => bar.part === part)
      ? [{ name, colour: getSeriesColour(part), symbol: 'square' as const, hasLine: false }]
      : [],
  );
  const picture = addLegend(entries, { svg, width, height });
  return composePicture(width, picture.height, { title, subtitle }, picture.panels);
}
