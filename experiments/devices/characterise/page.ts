import * as Plot from '@observablehq/plot';
import { type Chart, chart } from '../../look/plots/chart.ts';
import { fitted, type Heading, type Panel, picture, pixelPanel, requireSome } from '../../look/plots/style.ts';

const COLUMNS = 2;
const CELL = 470;
const TITLE = 26;
const GAP = 10;
const SIZE = { width: CELL, height: 250, inset: 16, dots: 3 };
const TITLE_SIZE = 13;

interface TitledChart extends Chart {
  readonly title: string;
}

const titled = (title: string): string =>
  pixelPanel(CELL, TITLE, [
    Plot.text([title], {
      x: () => SIZE.inset,
      y: () => TITLE / 2,
      text: (t: string) => t,
      textAnchor: 'start',
      fontWeight: 'bold',
      fontSize: fitted(title, TITLE_SIZE, CELL - 2 * SIZE.inset),
    }),
  ]);

/** Charts on one page, in rows of two. SVG. */
export function page(heading: Heading, charts: readonly TitledChart[]): string {
  requireSome(charts.length, 'page', 'charts');
  const drawn = charts.map(({ title, ...lines }) => ({ title, ...chart(lines, SIZE) }));
  const placed: Panel[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += COLUMNS) {
    const row = drawn.slice(first, first + COLUMNS);
    const height = Math.max(...row.map((one) => one.height));
    row.forEach(({ title, panels, height: own }, i) => {
      const x = i * CELL;
      placed.push({ x, y, svg: titled(title) });
      // Frames of one row stand on one line, however many lines their legends take.
      for (const panel of panels) placed.push({ ...panel, x: x + panel.x, y: y + TITLE + (height - own) + panel.y });
    });
    y += TITLE + height + GAP;
  }
  return picture(Math.min(charts.length, COLUMNS) * CELL, y, heading, placed);
}
