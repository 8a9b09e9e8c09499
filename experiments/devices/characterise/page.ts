import * as Plot from '@observablehq/plot';
import { type LineChart, renderLineChart } from '../../look/plots/chart.ts';
import { renderPixelPlot } from '../../look/plots/panel.ts';
import { getLayoutWidth } from '../../look/plots/pictureStyle.ts';
import { composePicture, type Heading, type Panel, requireNonEmpty, wrapText } from '../../look/plots/style.ts';

const PAGE_WIDTH = 940;
const MIN_TWO_COLUMN_WIDTH = 700;
const TITLE_HEIGHT = 26;
const GAP = 10;
/** Height of a chart, px, on a page with two columns of charts, and on a page with one column. */
const [HEIGHT, COLUMN_HEIGHT] = [250, 170];
const INSET = 16;
const TITLE_SIZE = 13;

export interface TitledChart extends LineChart {
  readonly title: string;
}

const LINE = 16;

const wrapTitle = (title: string, width: number): string[] => wrapText(title, TITLE_SIZE, width - 2 * INSET, 'bold');

const renderTitle = (title: string, width: number, height: number): string =>
  renderPixelPlot(width, height, [
    Plot.text([wrapTitle(title, width).join('\n')], {
      x: () => INSET,
      y: () => height - 5,
      text: (t: string) => t,
      textAnchor: 'start',
      lineAnchor: 'bottom',
      lineHeight: LINE / TITLE_SIZE,
      fontWeight: 'bold',
      fontSize: TITLE_SIZE,
    }),
  ]);

export function renderChartPage(heading: Heading, charts: readonly TitledChart[], markerRadius = 3): string {
  requireNonEmpty(charts.length, 'page', 'charts');
  const across = getLayoutWidth(PAGE_WIDTH) < MIN_TWO_COLUMN_WIDTH ? 1 : 2;
  const width = getLayoutWidth(PAGE_WIDTH) / across;
  const size = { width, height: across === 1 ? COLUMN_HEIGHT : HEIGHT, markerRadius };
  const drawn = charts.map(({ title, ...lines }) => ({ title, ...renderLineChart(lines, size) }));
  const placed: Panel[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += across) {
    const row = drawn.slice(first, first + across);
    const height = Math.max(...row.map((one) => one.height));
    const above = TITLE_HEIGHT + LINE * (Math.max(...row.map((one) => wrapTitle(one.title, width).length)) - 1);
    row.forEach(({ title, panels, height: own }, i) => {
      const x = i * width;
      placed.push({ x, y, svg: renderTitle(title, width, above) });
      // The bottom edges of the plot frames in one row are aligned, whatever the heights of their legends.
      for (const panel of panels) placed.push({ ...panel, x: x + panel.x, y: y + above + (height - own) + panel.y });
    });
    y += above + height + GAP;
  }
  return composePicture(Math.min(charts.length, across) * width, y, heading, placed);
}
