import { writeFileAtomic } from '../../../core/log/file.ts';
import { svgToPng } from './png.ts';

const WRITERS = { '.svg': (svg: string) => svg, '.png': (svg: string) => svgToPng(svg) } as const;
export type PictureEnding = keyof typeof WRITERS;
export const PICTURE_ENDINGS: readonly PictureEnding[] = ['.svg', '.png'];

/**
 * Writes a picture as SVG and PNG, or as one of them. `base` is the path without an ending. Returns the paths of the files.
 * @param replace whether files may be there.
 */
export function writePicture(
  base: string,
  svg: string,
  endings: readonly PictureEnding[] = PICTURE_ENDINGS,
  replace = true,
): string[] {
  return endings.map((ending) => {
    writeFileAtomic(`${base}${ending}`, WRITERS[ending](svg), replace);
    return `${base}${ending}`;
  });
}
