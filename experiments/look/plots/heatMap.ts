import * as Plot from '@observablehq/plot';
import { BAR_WIDTH, type ColourScale, renderColourBar } from './colourBar.ts';
import { layoutWidth } from './look.ts';
import { type Grid, renderGrid } from './paint.ts';
import { createImageMark, encodePngUrl, renderPlot } from './panel.ts';
import { createTickFormat } from './prefix.ts';
import { composePicture, createMargins, MUTED_COLOUR, requireNonEmpty } from './style.ts';

export interface HeatMapAxis {
  /** Axis label, with unit. */
  readonly label: string;
  /** Values at the left and right edge of the grid (x), or at the bottom and top edge (y). */
  readonly domain: readonly [number, number];
  /** Approximate number of ticks. */
  readonly ticks?: number;
}

export interface HeatMap extends Grid {
  readonly x: HeatMapAxis;
  readonly y: HeatMapAxis;
  readonly colours: ColourScale;
  /** True to draw lines at x = 0 and y = 0, if these are within the domains. */
  readonly zeros?: boolean;
  readonly title: string;
  readonly subtitle?: string;
}

const HEIGHT = 380;
const MARGIN = { top: 10, right: 16, bottom: 48, left: 84 };
/** Number of image pixels per plot pixel. */
const PIXEL_DENSITY = 2;

/** Draws a heat map of a grid with a colour bar, as SVG; missing values are white. */
export function heatMap(map: HeatMap): string {
  const { x, y, colours, title, subtitle } = map;
  requireNonEmpty(map.rows * map.columns, 'heat map', 'values');
  const width = layoutWidth() - BAR_WIDTH;
  const [inner, height] = [width - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  const [w, h] = [inner * PIXEL_DENSITY, height * PIXEL_DENSITY];
  const src = encodePngUrl(renderGrid(map, colours, w, h), w, h, 3);
  const axis = ({ label, domain, ticks }: HeatMapAxis, labelOffset: number) => ({
    label,
    ...(ticks !== undefined && { ticks }),
    domain: [...domain],
    labelOffset,
    tickFormat: createTickFormat(Math.max(...domain.map(Math.abs))),
  });
  const within = ({ domain: [a, b] }: HeatMapAxis) => map.zeros && Math.min(a, b) < 0 && Math.max(a, b) > 0;
  const frame = renderPlot({
    width,
    height: HEIGHT,
    ...createMargins(MARGIN.top, MARGIN.right, MARGIN.bottom, MARGIN.left),
    x: axis(x, 40),
    y: axis(y, 68),
    marks: [
      createImageMark(src, MARGIN.left, MARGIN.top, inner, height),
      Plot.ruleX(within(x) ? [0] : [], { stroke: MUTED_COLOUR }),
      Plot.ruleY(within(y) ? [0] : [], { stroke: MUTED_COLOUR }),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(layoutWidth(), HEIGHT + 8, { title, subtitle }, [
    { x: 0, y: 0, svg: frame },
    { x: width, y: MARGIN.top - 8, svg: renderColourBar(colours, height) },
  ]);
}
