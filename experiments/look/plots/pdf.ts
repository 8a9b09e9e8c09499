import { UserError } from '../../../core/declare/errors.ts';
import { isFontFile, OWN_FONTS } from './fonts.ts';
import { lookNow } from './look.ts';
import { optionalPackage } from './optional.ts';

/** Of a picture for a screen, whose pixels are 1/96 inch. */
const POINTS = { px: 0.75, mm: 72 / 25.4 };

/**
 * Draws an SVG string as a PDF of one page of its size, text as text in a font that is part of the file. UserError where the
 * optional packages pdfkit and svg-to-pdfkit were left out.
 */
export function svgToPdf(svg: string): Uint8Array {
  const Document = optionalPackage<typeof import('pdfkit')>('pdfkit', 'PDF');
  const draw = optionalPackage<typeof import('svg-to-pdfkit')>('svg-to-pdfkit', 'PDF');
  const [, wide, high, unit = 'px'] = /^<svg [^>]*?width="([\d.]+)(?:mm)?" height="([\d.]+)(mm)?"/.exec(svg) ?? [];
  if (wide === undefined) throw new UserError('PDF: the picture does not say how wide and high it is.');
  const [width, height] = [wide, high].map((size) => Number(size) * POINTS[unit as keyof typeof POINTS]) as [
    number,
    number,
  ];
  // No time of making: equal input, equal bytes.
  const info = { Creator: 'memspike', Producer: 'pdfkit', CreationDate: new Date(0), ModDate: new Date(0) };
  const pdf = new Document({ size: [width, height], margin: 0, info });
  const { font } = lookNow();
  const file = font !== undefined && isFontFile(font) ? font : undefined;
  pdf.registerFont('regular', file ?? OWN_FONTS.regular);
  pdf.registerFont('bold', file ?? OWN_FONTS.bold);
  const faults: string[] = [];
  const fontCallback = (_family: string, bold: boolean): string => (bold ? 'bold' : 'regular');
  draw(pdf, svg, 0, 0, { width, height, fontCallback, warningCallback: (fault) => faults.push(fault) });
  if (faults.length > 0) throw new Error(`PDF: ${faults.join('; ')}`);
  pdf.end();
  const parts: Uint8Array[] = [];
  for (let part = pdf.read(); part !== null; part = pdf.read()) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
