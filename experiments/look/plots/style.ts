/**
 * The common look of every picture: sizes, type, a palette safe for colour-blind readers, and the way from Observable Plot
 * to one self-contained SVG string on a white ground. Pictures hold no random or counted ids: equal input, equal bytes.
 */
import * as Plot from '@observablehq/plot';
import { encode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { UserError } from '../../../core/declare/errors.ts';
import { PREFIXES } from './prefix.ts';

export { withPrefix } from './prefix.ts';

export const WIDTH = 760;
export const INK = '#222222';
export const MUTED = '#595959';
export const RULE = '#e3e3e3';
export const DASH = '5,4';

/** Okabe and Ito's palette without its yellow, which is lost on white: blue, vermilion, green, purple, orange, sky, black. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#b0619a', '#e69f00', '#56b4e9', '#222222'] as const;
/** The same colours, light enough for a dark ground. */
const ON_DARK = ['#4a9bdc', '#f0812e', '#22c298', '#d387b8', '#f0b429', '#93d6ff', '#dddddd'] as const;
/** Marker shapes in the order of the palette, so that no series is told by its colour alone. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

export const colour = (series: number): string => PALETTE[series % PALETTE.length]!;
export const colourOnDark = (series: number): string => ON_DARK[series % ON_DARK.length]!;
export const symbol = (series: number): Plot.SymbolType =>
  SYMBOLS[(series + Math.floor(series / SYMBOLS.length)) % SYMBOLS.length]!;

/** The ramp as `#rrggbb`. */
export const rampColours = (): string[] =>
  RAMP.map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`);

/** 256 steps from nearly white (0) to dark (1), of even lightness; for quantities that start at zero. */
export const RAMP: readonly [number, number, number][] = ramp();

const FONT = "'DejaVu Sans', Verdana, sans-serif";
const FONT_SIZE = 12;
const TITLE_SIZE = 15;
/** Mean advance of a DejaVu Sans character in em, on the wide side: text is laid out without measuring it. */
const ADVANCE = 0.62;

export const textWidth = (text: string, size: number = FONT_SIZE): number => text.length * size * ADVANCE;

/** Type that fits: smaller than `size` where the text would be wider than `room`. */
export const fitted = (text: string, size: number, room: number): number =>
  Math.min(size, Math.round((10 * size * room) / Math.max(1, textWidth(text, size))) / 10);

export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly svg: string;
}

/** Room about the frame of a panel, px, clockwise from the top. */
export const margins = (marginTop: number, marginRight: number, marginBottom: number, marginLeft: number) => ({
  ...{ marginTop, marginRight, marginBottom, marginLeft },
});

/** Lines behind the marks at the ticks of both axes, or of x alone. */
export const gridLines = (axes: 'xy' | 'x' = 'xy'): Plot.Markish[] => [
  Plot.gridX({ stroke: RULE, strokeOpacity: 1 }),
  ...(axes === 'xy' ? [Plot.gridY({ stroke: RULE, strokeOpacity: 1 })] : []),
];

/** One Observable Plot as SVG, to be placed in a picture. Axis titles are centred and without arrows. */
export const panel = (options: Plot.PlotOptions): string => scaledPanel(options).svg;

/** The same with its scales, for who reads values off it. */
export function scaledPanel(options: Plot.PlotOptions): {
  readonly svg: string;
  readonly scale: (name: 'x' | 'y') => Plot.Scale | undefined;
} {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const svg = Plot.plot({ ...options, document, x: { ...axis, ...options.x }, y: { ...axis, ...options.y } });
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.removeAttribute('class');
  svg.setAttribute('fill', INK);
  svg.setAttribute('font-family', FONT);
  svg.setAttribute('font-size', String(FONT_SIZE));
  const text = svg.outerHTML.replaceAll('currentColor', INK).replaceAll('var(--plot-background)', 'white');
  return { svg: text, scale: (name) => svg.scale(name) };
}

export interface Heading {
  readonly title: string;
  readonly subtitle?: string;
}

/** A whole picture: white ground, title, subtitle and, below them, panels on an area of `width` x `bodyHeight` px. */
export function picture(width: number, bodyHeight: number, heading: Heading, panels: readonly Panel[]): string {
  const top = heading.subtitle ? 52 : 34;
  const height = Math.ceil(top + bodyHeight);
  const placed = panels.map(({ x, y, svg }) => svg.replace('<svg', `<svg x="${x}" y="${top + y}"`)).join('');
  const line = (text: string, y: number, size: number, look: string): string =>
    `<text x="16" y="${y}" font-size="${fitted(text, size, width - 32)}" ${look}>${escapeText(text)}</text>`;
  const title = line(heading.title, 25, TITLE_SIZE, 'font-weight="bold"');
  const subtitle = heading.subtitle ? line(heading.subtitle, 43, FONT_SIZE, `fill="${MUTED}"`) : '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT}" fill="${INK}" role="img" aria-label="${escapeText(heading.title)}">` +
    `<rect width="${width}" height="${height}" fill="white"/>` +
    `${title}${subtitle}${placed}</svg>\n`
  );
}

interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly symbol?: Plot.SymbolType;
  readonly dashed?: boolean;
  /** Default: true. */
  readonly line?: boolean;
}

/** A row of samples and names, broken into lines where the width asks for it. */
export function legend(entries: readonly LegendEntry[], width: number): { svg: string; height: number } {
  const line = 20;
  let [x, y] = [0, line / 2];
  const places = entries.map((entry) => {
    const room = 34 + textWidth(entry.name);
    if (x > 0 && x + room > width) [x, y] = [0, y + line];
    const place = { ...entry, x, y };
    x += room;
    return place;
  });
  const height = y + line / 2;
  const marks = places.map((place) => [
    Plot.link(place.line === false ? [] : [place], {
      x1: 'x',
      x2: (p) => p.x + 20,
      y1: 'y',
      y2: 'y',
      stroke: place.colour,
      strokeWidth: 2,
      ...(place.dashed && { strokeDasharray: DASH }),
    }),
    place.symbol && Plot.dot([place], { x: (p) => p.x + 10, y: 'y', fill: place.colour, symbol: place.symbol, r: 4 }),
    Plot.text([place], { x: (p) => p.x + 26, y: 'y', text: 'name', textAnchor: 'start' }),
  ]);
  const svg = pixelPanel(width, height, marks);
  return { svg, height };
}

/** A panel whose coordinates are its pixels, y downwards. */
export function pixelPanel(width: number, height: number, marks: Plot.Markish[]): string {
  const x = { axis: null, domain: [0, width], range: [0, width] };
  const y = { axis: null, domain: [0, height], range: [0, height] };
  return panel({ width, height, margin: 0, x, y, marks });
}

/** A PNG as a data URL, for an <image>. */
export function pngUrl(data: Uint8Array | Uint8ClampedArray, width: number, height: number, channels: 3 | 4): string {
  return `data:image/png;base64,${base64(encode({ data, width, height, channels, depth: 8 }))}`;
}

const AT_ONCE = 8192;

function base64(bytes: Uint8Array): string {
  const parts = Array.from({ length: Math.ceil(bytes.length / AT_ONCE) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * AT_ONCE, (i + 1) * AT_ONCE)),
  );
  return btoa(parts.join(''));
}

/** An <image> in plot pixels. */
export function imageMark(href: string, x: number, y: number, width: number, height: number): Plot.RenderFunction {
  return (_index, _scales, _values, _dimensions, { document }) => {
    const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    const attributes = { href, x, y, width, height, preserveAspectRatio: 'none' };
    for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
    return image;
  };
}

/**
 * SI prefixes (20µ, 3M) on the ticks of an axis that reaches `max`, one for all of them, where plain digits would be long:
 * from `long` on and below `short`, which is larger for a quantity with a unit.
 */
export function tickFormat(max: number, long = 1e6, short = 1e-3): ((value: number) => string) | undefined {
  if ((max >= short && max < long) || max === 0) return undefined;
  const step = Math.min(Math.max(Math.floor(Math.log10(max) / 3), -5), 4);
  return (value) => {
    const scaled = Number((value / 1000 ** step).toPrecision(6));
    return scaled === 0 ? '0' : `${String(scaled).replace('-', '−')}${PREFIXES[step + 5]}`;
  };
}

/** Refuses to draw nothing. */
export function requireSome(count: number, plot: string, what: string): void {
  if (!(count > 0)) throw new UserError(`${plot}: no ${what} to draw, expected at least one`);
}

/** Refuses numbers that no axis can show. */
export function requireFinite(values: ArrayLike<number>, plot: string, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new UserError(`${plot}: ${what} ${i} is ${values[i]}, expected a finite number`);
  }
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function ramp(): [number, number, number][] {
  const scale = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme: 'magma', reverse: true } });
  return Array.from({ length: 256 }, (_, i) => {
    const css = String(scale?.apply(i / 255));
    const channels = css.startsWith('#')
      ? [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16))
      : css.match(/\d+/g)!.map(Number);
    return channels as [number, number, number];
  });
}
