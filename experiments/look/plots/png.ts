import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

const { resolve } = createRequire(import.meta.url);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`));

/** Renders an SVG string to PNG bytes, `width` pixels wide or twice as wide as it says. Brings its own font, so that bare machines draw the same text. */
export function svgToPng(svg: string, width?: number): Uint8Array {
  const font = { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  const fitTo =
    width === undefined ? ({ mode: 'zoom', value: 2 } as const) : ({ mode: 'width', value: width } as const);
  return new Resvg(svg, { font, fitTo }).render().asPng();
}
