/**
 * Common style of all pictures: sizes, fonts, a palette for colour-blind readers, and composition of title and panels
 * to one self-contained SVG on white. Pictures contain no random or numbered ids: equal input gives identical bytes.
 */
import { UserError } from '../../../core/declare/errors.ts';
import { escapeMultilineText } from '../../../core/declare/show.ts';
import { ADVANCES } from './fonts/advances.ts';
import { FORBIDDEN_FONT_CHARACTERS, getPictureStyle, pixelsToMillimetres } from './pictureStyle.ts';

export const TEXT_COLOUR = '#222222';
export const MUTED_COLOUR = '#595959';
export const GRID_COLOUR = '#e3e3e3';
export const DASH_PATTERN = '5,4';

/** Palette of Okabe and Ito, without yellow: blue, vermilion, green, purple, orange, sky blue, black. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#b0619a', '#e69f00', '#56b4e9', '#222222'] as const;
const PALETTE_ON_DARK = ['#4a9bdc', '#f0812e', '#22c298', '#d387b8', '#f0b429', '#93d6ff', '#dddddd'] as const;
/** Marker shapes in the order of the palette, so that series differ not only in colour. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

export const getSeriesColour = (series: number): string => PALETTE[series % PALETTE.length]!;
export const getSeriesColourOnDark = (series: number): string => PALETTE_ON_DARK[series % PALETTE_ON_DARK.length]!;
export type MarkerShape = (typeof SYMBOLS)[number];
export const getSeriesSymbol = (series: number): MarkerShape =>
  SYMBOLS[(series + Math.floor(series / SYMBOLS.length)) % SYMBOLS.length]!;

const FALLBACK = "'DejaVu Sans', Verdana, sans-serif";
export const FONT_SIZE = 12;
const [MIN_PRINTED_FONT, MAX_PRINTED_FONT] = [10, 13]; // layout px: 6 to 8 pt

export function getFontFamily(): string {
  const { font } = getPictureStyle();
  if (font === undefined) return FALLBACK;
  const family = font.replace(/^.*[/\\]/, '').replace(/\.(ttf|otf)$/i, '');
  return `'${family.replace(FORBIDDEN_FONT_CHARACTERS, '')}', ${FALLBACK}`;
}

/** Limits a font size to the printable range if the picture style is for print. */
export const limitFontSize = (size: number): number =>
  getPictureStyle().millimetres === undefined ? size : Math.min(MAX_PRINTED_FONT, Math.max(MIN_PRINTED_FONT, size));

const tabulateWidths = (runs: (typeof ADVANCES)['bold']) =>
  new Map(runs.flatMap(([first, widths]) => widths.map((width, i) => [first + i, width] as const)));
const glyphWidths = { regular: tabulateWidths(ADVANCES.regular), bold: tabulateWidths(ADVANCES.bold) };

/** Width of a line of text, px, from the metrics of DejaVu Sans; most other fonts are not wider. */
export function measureText(text: string, size: number = FONT_SIZE, weight: 'regular' | 'bold' = 'regular'): number {
  const table = glyphWidths[weight];
  let width = 0;
  for (const character of text) width += table.get(character.codePointAt(0)!) ?? MISSING_GLYPH_WIDTH;
  return (width * size) / 1000;
}
const MISSING_GLYPH_WIDTH = 1000; // thousandths of the font size

/** Maximum number of ticks on an axis of `length` px whose labels do not touch. @param label longest label */
export const computeMaxTickCount = (length: number, label: string): number =>
  Math.floor(length / (measureText(label) + 24));

/** Font size, up to `size`, for a text of at most `maxWidth` px; in print, not below the printable minimum. */
export const fitFontSize = (text: string, size: number, maxWidth: number): number =>
  limitFontSize(Math.min(size, Math.floor((10 * size * maxWidth) / Math.max(1, measureText(text, size))) / 10));

export function wrapText(
  text: string,
  size: number,
  maxWidth: number,
  weight: 'regular' | 'bold' = 'regular',
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measureText(longer, size, weight) > maxWidth) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly svg: string;
}

export const createMargins = (marginTop: number, marginRight: number, marginBottom: number, marginLeft: number) => ({
  marginTop,
  marginRight,
  marginBottom,
  marginLeft,
});

export interface Heading {
  readonly title: string;
  readonly subtitle?: string;
}

const TITLE = { size: 15, line: 18, top: 25 };
const SUBTITLE = { size: FONT_SIZE, line: 16 };
const LEFT = 16;

function renderHeading({ title, subtitle }: Heading, width: number) {
  const { panel } = getPictureStyle();
  const size = limitFontSize(TITLE.size);
  const text = (words: string, x: number, y: number, type: number, look: string): string =>
    `<text x="${x}" y="${y}" font-size="${type}" ${look}>${escapeXml(words)}</text>`;
  const bold = 'font-weight="bold"';
  const indent = panel === undefined ? LEFT : LEFT + Math.ceil(measureText(`${panel}  `, size, 'bold'));
  const room = width - indent - LEFT;
  let y = TITLE.top - TITLE.line;
  const parts = panel === undefined ? [] : [text(panel, LEFT, TITLE.top, size, bold)];
  for (const line of wrapText(title, size, room, 'bold')) parts.push(text(line, indent, (y += TITLE.line), size, bold));
  for (const line of subtitle ? wrapText(subtitle, SUBTITLE.size, room) : [])
    parts.push(
      text(line, indent, (y += y === TITLE.top ? TITLE.line : SUBTITLE.line), SUBTITLE.size, `fill="${MUTED_COLOUR}"`),
    );
  return { svg: parts.join(''), bottom: y + 9 };
}

export function composePicture(width: number, bodyHeight: number, named: Heading, panels: readonly Panel[]): string {
  const { svg, bottom } = renderHeading(named, width);
  const height = Math.ceil(bottom + bodyHeight);
  const placed = panels
    .map((panel) => panel.svg.replace('<svg', `<svg x="${panel.x}" y="${bottom + panel.y}"`))
    .join('');
  const isPrinted = getPictureStyle().millimetres !== undefined;
  const formatLength = (pixels: number): string =>
    isPrinted ? `${Number(pixelsToMillimetres(pixels).toFixed(3))}mm` : String(pixels);
  return escapeMultilineText(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${formatLength(width)}" height="${formatLength(height)}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="${getFontFamily()}" fill="${TEXT_COLOUR}" role="img" aria-label="${escapeXml(named.title)}">` +
      `<rect width="${width}" height="${height}" fill="white"/>` +
      `${svg}${placed}</svg>\n`,
  );
}

export function requireNonEmpty(count: number, plot: string, what: string): void {
  if (!(count > 0)) throw new UserError(`${plot}: no ${what} to draw, expected at least one`);
}

export function requireFinite(values: ArrayLike<number>, plot: string, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new UserError(`${plot}: ${what} ${i} is ${values[i]}, expected a finite number`);
  }
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
