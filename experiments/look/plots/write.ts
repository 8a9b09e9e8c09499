import { writeFileAtomic } from '../../../core/log/file.ts';
import { hasOptional } from './optional.ts';
import { svgToPdf } from './pdf.ts';
import { PNG_PACKAGE, svgToPng } from './png.ts';

const WRITERS = {
  '.svg': (svg: string) => svg,
  '.png': (svg: string) => svgToPng(svg),
  '.pdf': (svg: string) => svgToPdf(svg),
} as const;
export type PictureEnding = keyof typeof WRITERS;

let wanted: readonly PictureEnding[] | undefined;

/** The formats that pictures are written in from now on, everywhere in this thread; undefined: SVG and, where it can be drawn, PNG. */
export function usePictureEndings(endings: readonly PictureEnding[] | undefined): void {
  wanted = endings;
}

/** The formats in which pictures are written where nobody names one. */
export const pictureEndings = (): readonly PictureEnding[] =>
  wanted ?? (hasOptional(PNG_PACKAGE) ? ['.svg', '.png'] : ['.svg']);

/** The names of the files of a picture. */
export const pictureFiles = (name: string): string[] => pictureEndings().map((ending) => `${name}${ending}`);

/**
 * Writes a picture in one or more formats. `base` is the path without an ending. Returns the paths of the files.
 * @param replace whether files may be there.
 */
export function writePicture(base: string, svg: string, endings = pictureEndings(), replace = true): string[] {
  return endings.map((ending) => {
    writeFileAtomic(`${base}${ending}`, WRITERS[ending](svg), replace);
    return `${base}${ending}`;
  });
}
