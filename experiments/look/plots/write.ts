import { join } from 'node:path';
import { writeFileAtomic } from '../../../core/log/file.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { hasPackage } from './optional.ts';
import { svgToPdf } from './pdf.ts';
import { PNG_PACKAGE, svgToPng } from './png.ts';

const WRITERS = {
  '.svg': (svg: string) => svg,
  '.png': (svg: string) => svgToPng(svg),
  '.pdf': (svg: string) => svgToPdf(svg),
} as const;
/** Format of a picture, which is also its file extension. */
export type PictureFormat = keyof typeof WRITERS;

let formats: readonly PictureFormat[] | undefined;

/** Sets the formats of pictures written later by this thread. Undefined: SVG, and PNG if its package is installed. */
export function setPictureFormats(extensions: readonly PictureFormat[] | undefined): void {
  formats = extensions;
}

export const getPictureFormats = (): readonly PictureFormat[] =>
  formats ?? (hasPackage(PNG_PACKAGE) ? ['.svg', '.png'] : ['.svg']);

/** File names of a picture, one per format. */
export const listPictureFileNames = (name: string): string[] =>
  getPictureFormats().map((extension) => `${name}${extension}`);

/**
 * Writes a picture in one or several formats; returns the paths of the files.
 * @param base path without extension
 * @param replace true if existing files may be replaced
 */
export function writePicture(base: string, svg: string, extensions = getPictureFormats(), replace = true): string[] {
  return extensions.map((extension) => {
    writeFileAtomic(`${base}${extension}`, WRITERS[extension](svg), replace);
    return `${base}${extension}`;
  });
}

/** Writes a picture to a result directory; returns the file names. */
export function writeResultPicture(directory: ResultDirectory, name: string, svg: string): string[] {
  const files = listPictureFileNames(name);
  directory.write(files, (path) => writePicture(join(path, name), svg, undefined, directory.replacesFiles));
  return files;
}
