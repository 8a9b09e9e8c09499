import { BUNDLED_FONTS, isFontFile } from './fonts.ts';
import { currentPictureStyle } from './look.ts';
import { requireOptional } from './optional.ts';

export const PNG_PACKAGE = '@resvg/resvg-js';
/** Resolution of printed pictures, pixels per mm (600 dpi). */
const DOTS_PER_MILLIMETRE = 600 / 25.4;

/**
 * Converts an SVG string to PNG. Text uses the font of the current picture style, by default the bundled DejaVu Sans.
 * @param width width in pixels. Default: 600 dpi if the SVG states its width in mm, otherwise twice the SVG width.
 * @throws UserError if the optional package @resvg/resvg-js is not installed
 */
export function svgToPng(svg: string, width?: number): Uint8Array {
  const { Resvg } = requireOptional<typeof import('@resvg/resvg-js')>(PNG_PACKAGE, 'PNG');
  const { font: named } = currentPictureStyle();
  const font = {
    fontFiles: [...Object.values(BUNDLED_FONTS), ...(named !== undefined && isFontFile(named) ? [named] : [])],
    loadSystemFonts: named !== undefined && !isFontFile(named),
    defaultFontFamily: 'DejaVu Sans',
  };
  const millimetres = Number(/^<svg [^>]*?width="([\d.]+)mm"/.exec(svg)?.[1]);
  const pixels = width ?? (millimetres > 0 ? Math.round(millimetres * DOTS_PER_MILLIMETRE) : undefined);
  const fitTo =
    pixels === undefined ? ({ mode: 'zoom', value: 2 } as const) : ({ mode: 'width', value: pixels } as const);
  return new Resvg(svg, { font, fitTo }).render().asPng();
}
