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
  /** True (default) to draw a line in the colour of the legend entry before its name. */
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

/** Image of indexed colours with the same pixels, or null if an RGB image has more than 256 colours. */
function indexColours(rgb: Uint8Array | Uint8ClampedArray) {
  const indices = new Map<number, number>();
  const data = new Uint8Array(rgb.length / 3);
  for (let k = 0; k < data.length; k++) {
    const colour = (rgb[3 * k]! << 16) | (rgb[3 * k + 1]! << 8) | rgb[3 * k + 2]!;
    const index = indices.get(colour) ?? indices.size;
    if (index > 255) return null;
    indices.set(colour, index);
    data[k] = index;
  }
  return { data, channels: 1, palette: [...indices.keys()].map((c) => [c >> 16, (c >> 8) & 255, c & 255]) };
}

/** PNG as a data URL, with indexed colours if there are at most 256, which makes it two to three times smaller. */
export function encodePngUrl(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  channels: 3 | 4,
): string {
  const indexed = channels === 3 ? indexColours(data) : null;
  const bytes = encode({ width, height, depth: 8, ...(indexed ?? { data, channels }) });
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
