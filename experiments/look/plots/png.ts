import { isFontFile, OWN_FONTS } from './fonts.ts';
import { lookNow } from './look.ts';
import { optionalPackage } from './optional.ts';

export const PNG_PACKAGE = '@resvg/resvg-js';
/** Of printed pictures. */
const DOTS_PER_MILLIMETRE = 600 / 25.4;

/**
 * Renders an SVG string to PNG bytes: `width` pixels wide, or twice as wide as it says, or with 600 dpi if it says its width in
 * mm. Text is drawn with the font that comes with us, or with the one that the look names. UserError where the optional
 * package @resvg/resvg-js was left out.
 */
export function svgToPng(svg: string, width?: number): Uint8Array {
  const { Resvg } = optionalPackage<typeof import('@resvg/resvg-js')>(PNG_PACKAGE, 'PNG');
  const { font: wanted } = lookNow();
  const font = {
    fontFiles: [...Object.values(OWN_FONTS), ...(wanted !== undefined && isFontFile(wanted) ? [wanted] : [])],
    loadSystemFonts: wanted !== undefined && !isFontFile(wanted),
    defaultFontFamily: 'DejaVu Sans',
  };
  const millimetres = Number(/^<svg [^>]*?width="([\d.]+)mm"/.exec(svg)?.[1]);
  const pixels = width ?? (millimetres > 0 ? Math.round(millimetres * DOTS_PER_MILLIMETRE) : undefined);
  const fitTo =
    pixels === undefined ? ({ mode: 'zoom', value: 2 } as const) : ({ mode: 'width', value: pixels } as const);
  return new Resvg(svg, { font, fitTo }).render().asPng();
}
