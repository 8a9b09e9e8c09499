import * as Plot from '@observablehq/plot';
import { encode } from 'fast-png';
import { strFromU8 } from 'fflate';
import { createEmptyDocument } from './document.ts';
import {
  DASH_PATTERN,
  FONT_SIZE,
  GRID_COLOUR,
  getFontFamily,
  type MarkerShape,
  measureText,
  type Panel,
  TEXT_COLOUR,
} from './style.ts';

/** Grid lines at the ticks of both axes, or of x only. @param ticks ticks of the x axis, if not the default */
export const createGridLines = (axes: 'xy' | 'x' = 'xy', ticks?: Plot.ScaleOptions['ticks']): Plot.Markish[] => [
  Plot.gridX({ stroke: GRID_COLOUR, strokeOpacity: 1, ticks }),
  ...(axes === 'xy' ? [Plot.gridY({ stroke: GRID_COLOUR, strokeOpacity: 1 })] : []),
];

export const renderPlot = (options: Plot.PlotOptions): string => renderScaledPlot(options).svg;

export function renderScaledPlot(options: Plot.PlotOptions) {
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const svg = Plot.plot({
    ...options,
    document: createEmptyDocument(),
    x: { ...axis, ...options.x },
    y: { ...axis, ...options.y },
  });
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.removeAttribute('class');
  svg.setAttribute('fill', TEXT_COLOUR);
  svg.setAttribute('font-family', getFontFamily());
  svg.setAttribute('font-size', String(FONT_SIZE));
  const text = svg.outerHTML.replaceAll('currentColor', TEXT_COLOUR).replaceAll('var(--plot-background)', 'white');
  return { svg: text, getScale: (name: 'x' | 'y') => svg.scale(name) };
}

interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly symbol?: MarkerShape;
  readonly isDashed?: boolean;
  /** True (default): a line in the colour of the entry is drawn before its name. */
  readonly hasLine?: boolean;
}

function renderLegend(entries: readonly LegendEntry[], width: number) {
  const line = 20;
  let [x, y] = [0, line / 2];
  const places = entries.map((entry) => {
    const room = 34 + measureText(entry.name);
    if (x > 0 && x + room > width) [x, y] = [0, y + line];
    const place = { ...entry, x, y };
    x += room;
    return place;
  });
  const height = y + line / 2;
  const marks = places.map((place) => [
    Plot.link(place.hasLine === false ? [] : [place], {
      x1: 'x',
      x2: (p) => p.x + 20,
      y1: 'y',
      y2: 'y',
      stroke: place.colour,
      strokeWidth: 2,
      ...(place.isDashed && { strokeDasharray: DASH_PATTERN }),
    }),
    place.symbol && Plot.dot([place], { x: (p) => p.x + 10, y: 'y', fill: place.colour, symbol: place.symbol, r: 4 }),
    Plot.text([place], { x: (p) => p.x + 26, y: 'y', text: 'name', textAnchor: 'start' }),
  ]);
  return { svg: renderPixelPlot(width, height, marks), height };
}

const LEGEND_INSET = 16;

export function addLegend(
  entries: readonly LegendEntry[],
  { svg, width, height }: { svg: string; width: number; height: number },
): { readonly panels: readonly Panel[]; readonly height: number } {
  if (entries.length === 0) return { panels: [{ x: 0, y: 4, svg }], height: height + 8 };
  const legend = renderLegend(entries, width - 2 * LEGEND_INSET);
  const panels = [
    { x: LEGEND_INSET, y: 4, svg: legend.svg },
    { x: 0, y: legend.height + 4, svg },
  ];
  return { panels, height: legend.height + height + 8 };
}

export function renderPixelPlot(width: number, height: number, marks: Plot.Markish[]): string {
  const x = { axis: null, domain: [0, width], range: [0, width] };
  const y = { axis: null, domain: [0, height], range: [0, height] };
  return renderPlot({ width, height, margin: 0, x, y, marks });
}

export function encodePngUrl(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  channels: 3 | 4,
): string {
  const bytes = encode({ data, width, height, channels, depth: 8 });
  return `data:image/png;base64,${btoa(strFromU8(bytes, true))}`; // browsers lack Buffer
}

export function createImageMark(
  href: string,
  x: number,
  y: number,
  width: number,
  height: number,
): Plot.RenderFunction {
  return (_index, _scales, _values, _dimensions, { document }) => {
    const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    const attributes = { href, x, y, width, height, preserveAspectRatio: 'none' };
    for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
    return image;
  };
}
