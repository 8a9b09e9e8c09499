/** Images of the manual, made small enough for the package. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Metadata } from 'sharp';

/** Maximum width of an image, px; the column of text is at most 760 px wide. */
const MAX_WIDTH = 540;
/** AVIF quality, 0 to 100, at which the text in a plot is still sharp. */
const QUALITY = 20;
/** Effort of the AVIF encoder, 0 to 9; larger values give smaller files. */
const EFFORT = 6;

/** Widths and heights, px, of the PNG and SVG files in docs/, by path from the root of the project. */
export async function readImageSizes(root: string): Promise<Map<string, Pick<Metadata, 'width' | 'height'>>> {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = names.filter((name) => /\.(?:png|svg)$/.test(name)).map((name) => join('docs', name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await sharp(join(root, path)).metadata()] as const)),
  );
}

/** Name of an image in the site: PNG files become AVIF files. */
export const getSiteImageName = (name: string): string => name.replace(/\.png$/, '.avif');

/** Writes an image or another file of the site. @param cache directory of converted images, by the hash of their source */
export async function writeSiteFile(source: string, target: string, cache: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  if (!source.endsWith('.png')) return copyFileSync(source, target);
  const bytes = readFileSync(source);
  const key = createHash('sha256').update(bytes).update(`${MAX_WIDTH} ${QUALITY} ${EFFORT}`).digest('hex');
  const cached = join(cache, `${key}.avif`);
  if (!existsSync(cached)) {
    mkdirSync(cache, { recursive: true });
    const image = sharp(bytes)
      .resize({ width: MAX_WIDTH, withoutEnlargement: true })
      .avif({ quality: QUALITY, effort: EFFORT });
    writeFileSync(cached, await image.toBuffer());
  }
  copyFileSync(cached, target);
}
