import { UserError } from '../../../core/declare/errors.ts';
import { BUNDLED_FONTS, isFontFile } from './fonts.ts';
import { currentPictureStyle } from './look.ts';
import { requireOptional } from './optional.ts';

/** PDF points per SVG length unit; a pixel is 1/96 inch. */
const POINTS = { px: 0.75, mm: 72 / 25.4 };

/**
 * Converts an SVG string to a single-page PDF of the same size. Text remains text, with its font embedded.
 * @throws UserError if the optional packages pdfkit and svg-to-pdfkit are not installed
 */
export function svgToPdf(svg: string): Uint8Array {
  const Document = requireOptional<typeof import('pdfkit')>('pdfkit', 'PDF');
  const draw = requireOptional<typeof import('svg-to-pdfkit')>('svg-to-pdfkit', 'PDF');
  const [, wide, high, unit = 'px'] = /^<svg [^>]*?width="([\d.]+)(?:mm)?" height="([\d.]+)(mm)?"/.exec(svg) ?? [];
  if (wide === undefined) throw new UserError('PDF: the SVG states no width and height.');
  const [width, height] = [wide, high].map((size) => Number(size) * POINTS[unit as keyof typeof POINTS]) as [
    number,
    number,
  ];
  // The creation date is fixed, so that equal input gives identical bytes.
  const info = { Creator: 'memspike', Producer: 'pdfkit', CreationDate: new Date(0), ModDate: new Date(0) };
  const pdf = new Document({ size: [width, height], margin: 0, info });
  const { font } = currentPictureStyle();
  const fontFile = font !== undefined && isFontFile(font) ? font : undefined;
  pdf.registerFont('regular', fontFile ?? BUNDLED_FONTS.regular);
  pdf.registerFont('bold', fontFile ?? BUNDLED_FONTS.bold);
  const warnings: string[] = [];
  const fontCallback = (_family: string, bold: boolean): string => (bold ? 'bold' : 'regular');
  draw(pdf, svg, 0, 0, { width, height, fontCallback, warningCallback: (warning) => warnings.push(warning) });
  if (warnings.length > 0) throw new Error(`PDF: ${warnings.join('; ')}`);
  pdf.end();
  const chunks: Uint8Array[] = [];
  for (let chunk = pdf.read(); chunk !== null; chunk = pdf.read()) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
