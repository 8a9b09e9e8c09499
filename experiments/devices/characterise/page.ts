import * as Plot from '@observablehq/plot';
import { type Chart, renderChart } from '../../look/plots/chart.ts';
import { pictureWidth } from '../../look/plots/look.ts';
import { renderPixelPlot } from '../../look/plots/panel.ts';
import { composePicture, type Heading, type Panel, requireNonEmpty, wrapText } from '../../look/plots/style.ts';

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

const LINE = 16;

const linesOf = (title: string, width: number): string[] => wrapText(title, TITLE_SIZE, width - 2 * SIZE.inset, 'bold');

const titled = (title: string, width: number, height: number): string =>
  renderPixelPlot(width, height, [
    Plot.text([linesOf(title, width).join('\n')], {
      x: () => SIZE.inset,
      y: () => height - 5,
      text: (t: string) => t,
      textAnchor: 'start',
      lineAnchor: 'bottom',
      lineHeight: LINE / TITLE_SIZE,
      fontWeight: 'bold',
      fontSize: TITLE_SIZE,
    }),
  ]);

/** Charts on one page, in rows of two where there is room. SVG. */
export function page(heading: Heading, charts: readonly TitledChart[]): string {
  requireNonEmpty(charts.length, 'page', 'charts');
  const across = pictureWidth(SCREEN) < TWO ? 1 : 2;
  const width = pictureWidth(SCREEN) / across;
  const drawn = charts.map(({ title, ...lines }) => ({ title, ...renderChart(lines, { ...SIZE, width }) }));
  const placed: Panel[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += across) {
    const row = drawn.slice(first, first + across);
    const height = Math.max(...row.map((one) => one.height));
    const above = TITLE + LINE * (Math.max(...row.map((one) => linesOf(one.title, width).length)) - 1);
    row.forEach(({ title, panels, height: own }, i) => {
      const x = i * width;
      placed.push({ x, y, svg: titled(title, width, above) });
      // Frames of one row stand on one line, however many lines their legends take.
      for (const panel of panels) placed.push({ ...panel, x: x + panel.x, y: y + above + (height - own) + panel.y });
    });
    y += above + height + GAP;
  }
  return composePicture(Math.min(charts.length, across) * width, y, heading, placed);
}
