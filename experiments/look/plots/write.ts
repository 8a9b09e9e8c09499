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
/** File extension of a picture. */
export type PictureFormat = keyof typeof WRITERS;

let formats: readonly PictureFormat[] | undefined;

/** Sets the default formats of all pictures of this thread. Undefined: SVG, and PNG if the package that renders it is installed. */
export function setPictureFormats(extensions: readonly PictureFormat[] | undefined): void {
  formats = extensions;
}

/** Default formats of pictures. */
export const pictureFormats = (): readonly PictureFormat[] =>
  formats ?? (hasPackage(PNG_PACKAGE) ? ['.svg', '.png'] : ['.svg']);

/** File names of a picture in the default formats. */
export const pictureFileNames = (name: string): string[] => pictureFormats().map((extension) => `${name}${extension}`);

/**
 * Writes a picture in one or more formats and returns the paths of the files.
 * @param base path without an extension
 * @param replace whether existing files are replaced
 */
export function writePicture(base: string, svg: string, extensions = pictureFormats(), replace = true): string[] {
  return extensions.map((extension) => {
    writeFileAtomic(`${base}${extension}`, WRITERS[extension](svg), replace);
    return `${base}${extension}`;
  });
}

/** Writes a picture among the results of a command and returns the file names. */
export function writeResultPicture(directory: ResultDirectory, name: string, svg: string): string[] {
  const files = pictureFileNames(name);
  directory.write(files, (path) => writePicture(join(path, name), svg, undefined, directory.replacesFiles));
  return files;
}
