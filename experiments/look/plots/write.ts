import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { writeFileAtomic } from '../../../core/log/file.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { resolvePackagePath } from '../../shipped.ts';
import { getPictureStyle } from './pictureStyle.ts';

const require = createRequire(import.meta.url);

function requireOptional<T>(name: string, format: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new UserError(
      `${format} needs the optional package ${name}, which is not installed: install it (npm install ${name}) or write SVG.`,
      { cause: error },
    );
  }
}

const FONTS = 'dist/experiments/look/plots/fonts';

const BUNDLED_FONTS = {
  regular: resolvePackagePath(`${FONTS}/DejaVuSans.ttf`),
  bold: resolvePackagePath(`${FONTS}/DejaVuSans-Bold.ttf`),
};

export const isFontFile = (font: string): boolean => /\.(ttf|otf)$/i.test(font);

function chosenFont() {
  const { font } = getPictureStyle();
  return font !== undefined && isFontFile(font) ? { file: font } : { family: font };
}

const PNG_PACKAGE = '@resvg/resvg-js';
const DOTS_PER_MILLIMETRE = 600 / 25.4; // resolution of printed pictures: 600 dpi

/**
 * Converts an SVG string to PNG. Text uses the font of the current picture style, by default the bundled DejaVu Sans.
 * @param width in pixels. Default: 600 dpi if the SVG states its width in mm, otherwise twice the SVG width.
 * @throws UserError if the optional package @resvg/resvg-js is not installed
 */
export function svgToPng(svg: string, width?: number): Uint8Array {
  const { Resvg } = requireOptional<typeof import('@resvg/resvg-js')>(PNG_PACKAGE, 'PNG');
  const { family, file } = chosenFont();
  const font = {
    fontFiles: [...Object.values(BUNDLED_FONTS), ...(file === undefined ? [] : [file])],
    loadSystemFonts: family !== undefined,
    defaultFontFamily: 'DejaVu Sans',
  };
  const millimetres = Number(/^<svg [^>]*?width="([\d.]+)mm"/.exec(svg)?.[1]);
  const pixels = width ?? (millimetres > 0 ? Math.round(millimetres * DOTS_PER_MILLIMETRE) : undefined);
  const fitTo =
    pixels === undefined ? ({ mode: 'zoom', value: 2 } as const) : ({ mode: 'width', value: pixels } as const);
  return new Resvg(svg, { font, fitTo }).render().asPng();
}

const POINTS = { px: 0.75, mm: 72 / 25.4 }; // PDF points per SVG length unit; a pixel is 1/96 inch

/**
 * Converts an SVG string to a single-page PDF of the same size. Text remains text, with its font embedded.
 * @throws UserError if the optional packages pdfkit and svg-to-pdfkit are not installed
 */
export function svgToPdf(svg: string): Uint8Array {
  const Document = requireOptional<typeof import('pdfkit')>('pdfkit', 'PDF');
  const draw = requireOptional<typeof import('svg-to-pdfkit')>('svg-to-pdfkit', 'PDF');
  const [, wide, high, unit = 'px'] = /^<svg [^>]*?width="([\d.]+)(?:mm)?" height="([\d.]+)(mm)?"/.exec(svg) ?? [];
  if (wide === undefined) throw new UserError('PDF: the SVG states no width and height.');
  const points = POINTS[unit as keyof typeof POINTS];
  const [width, height] = [Number(wide) * points, Number(high) * points];
  // The creation date is fixed, so that equal input gives identical bytes.
  const info = { Creator: 'memspike', Producer: 'pdfkit', CreationDate: new Date(0), ModDate: new Date(0) };
  const pdf = new Document({ size: [width, height], margin: 0, info });
  const { file } = chosenFont();
  pdf.registerFont('regular', file ?? BUNDLED_FONTS.regular);
  pdf.registerFont('bold', file ?? BUNDLED_FONTS.bold);
  const warnings: string[] = [];
  const fontCallback = (_family: string, bold: boolean): string => (bold ? 'bold' : 'regular');
  draw(pdf, svg, 0, 0, { width, height, fontCallback, warningCallback: (warning) => warnings.push(warning) });
  if (warnings.length > 0) throw new Error(`PDF: ${warnings.join('; ')}`);
  pdf.end();
  const chunks: Uint8Array[] = [];
  for (let chunk = pdf.read(); chunk !== null; chunk = pdf.read()) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const WRITERS = {
  '.svg': (svg: string) => svg,
  '.png': (svg: string) => svgToPng(svg),
  '.pdf': svgToPdf,
} as const;
export type PictureFormat = keyof typeof WRITERS;

let formats: readonly PictureFormat[] | undefined;

/** Sets the formats of pictures written later by this thread. Undefined: SVG, and PNG if its package is installed. */
export function setPictureFormats(extensions: readonly PictureFormat[] | undefined): void {
  formats = extensions;
}

export const getPictureFormats = (): readonly PictureFormat[] =>
  formats ?? (hasPackage(PNG_PACKAGE) ? ['.svg', '.png'] : ['.svg']);

export const listPictureFileNames = (name: string): string[] =>
  getPictureFormats().map((extension) => `${name}${extension}`);

/** Writes a picture in one or several formats; returns the file paths. @param base path without extension */
export function writePicture(base: string, svg: string, extensions = getPictureFormats(), replace = true): string[] {
  return extensions.map((extension) => {
    writeFileAtomic(`${base}${extension}`, WRITERS[extension](svg), replace);
    return `${base}${extension}`;
  });
}

export function writeResultPicture(directory: ResultDirectory, name: string, svg: string): string[] {
  const files = listPictureFileNames(name);
  directory.writeFiles(files, (path) => writePicture(join(path, name), svg, undefined, directory.replacesFiles));
  return files;
}

function hasPackage(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
