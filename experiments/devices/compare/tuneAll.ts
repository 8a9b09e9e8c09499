import { extname, join, resolve, sep } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { sizesIn } from '../../data/split.ts';
import { mnistSizes } from '../../mnist/idx.ts';
import { loadRecipe, type TunedRecipe } from '../../mnist/tuned.ts';
import { makeDirectory } from '../../output/directory.ts';
import { type LoadedDevice, presetNames } from '../load.ts';
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

/** The last `count` parts of the path of a device file, without its ending; a preset has one part. */
function lastParts(name: string, count: number): string {
  const parts = presetNames().includes(name)
    ? [name]
    : resolve(name.slice(0, -extname(name).length || undefined)).split(sep);
  return parts
    .slice(-count)
    .filter((part) => part !== '')
    .join('-');
}

/**
 * A name for each device that is the name of a directory, too, and that no other one has: the preset or file, and as many
 * of the directories above as tell it from its namesakes. UserError for a device that is named twice.
 */
export function labelsOf(names: readonly string[]): string[] {
  const counts = names.map(() => 1);
  let labels = names.map((name) => lastParts(name, 1));
  const twin = (i: number) => labels.findIndex((label, k) => k !== i && label === labels[i]);
  for (;;) {
    const equal = [...names.keys()].filter((i) => twin(i) >= 0);
    if (equal.length === 0) return labels;
    const longer = labels.map((label, i) => (equal.includes(i) ? lastParts(names[i]!, ++counts[i]!) : label));
    const stuck = equal.find((i) => longer[i] === labels[i] && longer[twin(i)] === labels[twin(i)]);
    if (stuck !== undefined) throw new UserError(`${show(names[stuck])} is named twice; each device is compared once.`);
    labels = longer;
  }
}
