import * as Plot from '@observablehq/plot';
import { type Chart, chart } from '../../look/plots/chart.ts';
import { pictureWidth } from '../../look/plots/look.ts';
import { pixelPanel } from '../../look/plots/panel.ts';
import { fitted, type Heading, type Panel, picture, requireSome } from '../../look/plots/style.ts';

const SCREEN = 940;
/** Narrower than this charts stand below each other, px. */
const TWO = 700;
const TITLE = 26;
const GAP = 10;
const SIZE = { height: 250, inset: 16, dots: 3 };
const TITLE_SIZE = 13;

interface TitledChart extends Chart {
  readonly title: string;
}

const titled = (title: string, width: number): string =>
  pixelPanel(width, TITLE, [
    Plot.text([title], {
      x: () => SIZE.inset,
      y: () => TITLE / 2,
      text: (t: string) => t,
      textAnchor: 'start',
      fontWeight: 'bold',
      fontSize: fitted(title, TITLE_SIZE, width - 2 * SIZE.inset, 'bold'),
    }),
  ]);

/** Charts on one page, in rows of two where there is room. SVG. */
export function page(heading: Heading, charts: readonly TitledChart[]): string {
  requireSome(charts.length, 'page', 'charts');
  const across = pictureWidth(SCREEN) < TWO ? 1 : 2;
  const width = pictureWidth(SCREEN) / across;
  const drawn = charts.map(({ title, ...lines }) => ({ title, ...chart(lines, { ...SIZE, width }) }));
  const placed: Panel[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += across) {
    const row = drawn.slice(first, first + across);
    const height = Math.max(...row.map((one) => one.height));
    row.forEach(({ title, panels, height: own }, i) => {
      const x = i * width;
      placed.push({ x, y, svg: titled(title, width) });
      // Frames of one row stand on one line, however many lines their legends take.
      for (const panel of panels) placed.push({ ...panel, x: x + panel.x, y: y + TITLE + (height - own) + panel.y });
    });
    y += TITLE + height + GAP;
  }
  return picture(Math.min(charts.length, across) * width, y, heading, placed);
}
