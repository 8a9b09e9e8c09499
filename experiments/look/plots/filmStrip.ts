import * as Plot from '@observablehq/plot';
import { BAR_WIDTH, type ColourScale, renderColourBar } from './colourBar.ts';
import { layoutWidth } from './look.ts';
import { type Grid, renderGrid } from './paint.ts';
import { createImageMark, encodePngUrl, renderPixelPlot } from './panel.ts';
import { composePicture, fitFontSize, measureText, type Panel, requireNonEmpty } from './style.ts';

export interface FilmStrip {
  /** Rows of the strip; each has a label and one frame per time. */
  readonly rows: readonly { readonly label: string; readonly frames: readonly Grid[] }[];
  /** Column headings: times with units. */
  readonly moments: readonly string[];
  readonly colours: ColourScale;
  readonly title: string;
  readonly subtitle?: string;
}

const LEFT = 16;
const GAP = 6;
const HEADING = 22;
/** Maximum width of a frame, px. */
const MAX_WIDTH = 150;
/** Number of image pixels per plot pixel. */
const PIXEL_DENSITY = 2;

/** Draws grids of values at successive times, from left to right, with a common colour scale, as SVG. */
export function filmStrip({ rows, moments, colours, title, subtitle }: FilmStrip): string {
  requireNonEmpty(rows.length * moments.length, 'film strip', 'frames');
  const names = Math.max(...rows.map(({ label }) => measureText(label))) + 10;
  const most = layoutWidth() - 2 * LEFT - names - BAR_WIDTH;
  const grid = rows[0]!.frames[0]!;
  const cell = Math.floor(Math.min(MAX_WIDTH + GAP, most / moments.length));
  // Frames of long grids, such as whole projections, are at most twice as high as wide.
  const ratio = Math.min(2, Math.max(0.5, grid.rows / grid.columns));
  const width = cell - GAP;
  const height = Math.max(12, Math.round(width * ratio));
  const size = Math.min(...moments.map((moment) => fitFontSize(moment, 12, cell)));
  const place = (i: number): number => names + i * cell;
  const top = (j: number): number => HEADING + j * (height + GAP);
  const panels: Panel[] = rows.flatMap(({ frames }, j) =>
    frames.map((frame, i) => {
      const [w, h] = [width * PIXEL_DENSITY, height * PIXEL_DENSITY];
      const svg = renderPixelPlot(width, height, [
        createImageMark(encodePngUrl(renderGrid(frame, colours, w, h), w, h, 3), 0, 0, width, height),
        Plot.frame({ stroke: '#bebebe' }),
      ]);
      return { x: LEFT + place(i), y: top(j), svg };
    }),
  );
  const across = names + moments.length * cell;
  const down = top(rows.length);
  const words = renderPixelPlot(across, down, [
    Plot.text(moments, { x: (_, i) => place(i) + width / 2, y: () => HEADING / 2, text: (m) => m, fontSize: size }),
    Plot.text(rows, { x: () => names - 8, y: (_, j) => top(j) + height / 2, text: 'label', textAnchor: 'end' }),
  ]);
  const bar = Math.max(100, Math.min(down - HEADING - GAP, 260));
  return composePicture(
    Math.max(Math.min(600, layoutWidth()), LEFT + across + BAR_WIDTH + LEFT),
    Math.max(down, HEADING + bar + 16) + 8,
    { title, subtitle },
    [
      { x: LEFT, y: 0, svg: words },
      ...panels,
      { x: LEFT + across + 8, y: HEADING - 8, svg: renderColourBar(colours, bar) },
    ],
  );
}
