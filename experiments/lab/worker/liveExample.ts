import type { LiveExample, SliderValues } from '../../liveExamples/fence.ts';
import { hashPicture } from '../../liveExamples/picture.ts';
import { type ExampleModule, runExample } from '../../liveExamples/runExample.ts';
import { loadMnistFiles, SMALL_TRAINING_FILE_IMAGE_COUNT } from '../browser/fetch.ts';

/** Loads the compiled module of a TypeScript example, which lies beside the worker. */
const loadModule = async ({ id }: LiveExample): Promise<ExampleModule> =>
  ((await import(`${new URL(`./example-${id}.js`, import.meta.url)}`)) as { readonly default: ExampleModule }).default;

/** Computes the picture of a live example of the manual, and the hash of its numbers. */
export async function runLiveExample({
  example,
  values,
}: {
  readonly example: LiveExample;
  readonly values: SliderValues;
}) {
  if (example.kind === 'mnist') await loadMnistFiles(SMALL_TRAINING_FILE_IMAGE_COUNT);
  const picture = await runExample(example, values, { loadModule, mnistDirectory: '/mnist' });
  return { picture, hash: hashPicture(picture) };
}
