import { join } from 'node:path';
import { mnistSizes } from '../data/mnist.ts';
import { sizesIn } from '../data/split.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { makeDirectory } from '../output/directory.ts';
import { loadRecipe, type TunedRecipe } from '../training/unsupervised/tuned.ts';
import { type TuneOptions, tuneDevice } from '../tune/tune.ts';

/** How recipes of their own are searched for the devices of a comparison. */
export type TuneEach = Pick<TuneOptions, 'budget' | 'trials' | 'models' | 'say'>;

interface TuneAll extends Pick<TuneOptions, 'data' | 'workers' | 'progress' | 'signal' | 'onWarnings'> {
  readonly devices: readonly LoadedDevice[];
  readonly labels: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the comparison: each device has a directory in `tuned` there. */
  readonly out: string;
}

/**
 * A recipe of its own for each device, tuned on the validation split for as many neurons and presentations as are compared. Null when
 * it was interrupted.
 */
export async function tuneAll(o: TuneAll, each: TuneEach): Promise<Map<LoadedDevice, TunedRecipe> | null> {
  const { settings, data, workers, progress, signal, onWarnings } = o;
  const { neurons, epochs, train = sizesIn('test', mnistSizes(data)).train } = settings as Record<string, number>;
  const recipes = new Map<LoadedDevice, TunedRecipe>();
  makeDirectory(join(o.out, 'tuned'));
  for (const [d, device] of o.devices.entries()) {
    each.say(`${device.name}:`);
    const out = join(o.out, 'tuned', o.labels[d]!);
    const search = { rule: 'postTriggered', neurons: neurons!, images: epochs! * train, seed: 1 };
    const tuned = await tuneDevice({ ...each, ...search, device, out, data, workers, progress, signal, onWarnings });
    if (tuned === null) return null;
    recipes.set(device, loadRecipe(join(out, 'recipe.yaml')));
  }
  return recipes;
}
