/**
 * Live examples of the manual, read from the pages in docs/, and their recorded pictures and hashes. Needs Node. As a
 * program, run by `npm run docs`, it records them; a test computes the hashes again.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import * as engine from '../engine.ts';
import { resolvePackagePath } from '../shipped.ts';
import { isLiveFence, type LiveExample, parseLiveFence, type SliderValues } from './fence.ts';
import { describeSliders } from './parameters.ts';
import { drawPicture, type ExamplePicture, hashPicture } from './picture.ts';
import { type ExampleModule, runExample } from './runExample.ts';

const FENCE_PATTERN = /^```(\S+ +live[^\n]*)\n([\s\S]*?)^```$/gm;

/** Finds the live examples of a page. @param path path of the page, for errors */
export function findLiveExamples(text: string, path: string): LiveExample[] {
  return [...text.matchAll(FENCE_PATTERN)]
    .filter(([, info]) => isLiveFence(info!))
    .map(({ 1: info, 2: source, index }) =>
      parseLiveFence(info!, source!, `${path}:${text.slice(0, index).split('\n').length}`),
    );
}

/** Lists the live examples of all pages in docs/. @throws UserError if two examples have the same id */
export function listLiveExamples(): LiveExample[] {
  const examples = readdirSync(resolvePackagePath('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => findLiveExamples(readFileSync(resolvePackagePath(`docs/${name}`), 'utf8'), `docs/${name}`));
  const places = new Map<string, string>();
  for (const { id, where } of examples) {
    const before = places.get(id);
    if (before !== undefined) throw new UserError(`${where}: the id ${show(id)} is already used by ${before}.`);
    places.set(id, where);
  }
  return examples;
}

let jiti: ReturnType<typeof createJiti> | undefined;

async function loadModule({ source, where, id }: LiveExample): Promise<ExampleModule> {
  jiti ??= createJiti(import.meta.url, { fsCache: false, virtualModules: { memspike: engine } });
  try {
    const { default: run } = jiti.evalModule(source, { id, filename: resolvePackagePath(`${id}.ts`), ext: '.ts' }) as {
      default: ExampleModule;
    };
    return run;
  } catch (error) {
    throw new UserError(`${where}: the module cannot be loaded: ${(error as Error).message.split('\n')[0]}`, {
      cause: error,
    });
  }
}

export const runExampleInNode = (example: LiveExample, values: SliderValues): Promise<ExamplePicture> =>
  runExample(example, values, { loadModule });

/** Slider values of the second check of an example: first slider half-way from its value in the file to the farther end. */
export function chooseAlternativeSliderValues(example: LiveExample): SliderValues | undefined {
  const [slider] = describeSliders(example);
  if (slider === undefined) return undefined;
  const { path, low, high, initialValue, isInteger } = slider;
  const end = high - initialValue > initialValue - low ? high : low;
  const value = Number(((initialValue + end) / 2).toPrecision(3));
  return { [path]: isInteger ? Math.round(value) : value };
}

/** Hashes of the pictures of one example. */
export interface PictureHashes {
  readonly hash: string;
  /** Second check: slider values that differ from the file, and the hash of the picture at these values. */
  readonly other?: { readonly values: SliderValues; readonly hash: string };
}

export async function computePictureHashes(example: LiveExample, picture: ExamplePicture): Promise<PictureHashes> {
  const values = chooseAlternativeSliderValues(example);
  const hash = hashPicture(picture);
  return values === undefined
    ? { hash }
    : { hash, other: { values, hash: hashPicture(await runExampleInNode(example, values)) } };
}

/** Folder of recorded pictures and hashes, in the package. */
export const RECORDED_PICTURES_FOLDER = 'docs/images/live';

export const readRecordedPictureHashes = (): Readonly<Record<string, PictureHashes>> =>
  JSON.parse(readFileSync(resolvePackagePath(`${RECORDED_PICTURES_FOLDER}/hashes.json`), 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolvePackagePath(RECORDED_PICTURES_FOLDER);
  const hashes: Record<string, PictureHashes> = {};
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const example of listLiveExamples()) {
    const picture = await runExampleInNode(example, {});
    hashes[example.id] = await computePictureHashes(example, picture);
    writeFileSync(`${folder}/${example.id}.svg`, drawPicture(picture));
  }
  writeFileSync(`${folder}/hashes.json`, `${JSON.stringify(hashes, null, 2)}\n`);
}
