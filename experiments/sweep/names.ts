/** Metrics of `run.json` as people say them; the first that matches. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^accuracy\.logProbability$/, 'accuracy, log-probability vote'],
  [/^accuracy\.maxRate$/, 'accuracy, vote of the highest rate'],
  [/^accuracy\.proportion$/, 'accuracy, vote by proportion'],
  [/^accuracy\.linear$/, 'accuracy, linear read-out'],
  [/^energy\.perImage$/, 'energy an image'],
  [/^energy\.(read|write)$/, 'energy of all $1s'],
  [/^energyPerImage\.(\w+)\.(read|write)$/, 'energy of $2s an image, $1'],
  [/^events\.(\w+)$/, '$1 events'],
  [/^populations\.(.+)\.rate$/, 'mean rate of $1'],
  [/^populations\.(.+)\.spikes$/, 'spikes of $1'],
  [/^(train|label|test|wall)Seconds$/, 'time of the $1 phase'],
  [/^imagesPerSecond$/, 'images a second'],
  [/^synapticEventsPerSecond$/, 'synaptic events a second'],
  [/^peakRssBytes$/, 'peak memory'],
];

/** `homeostasis.gain` as `homeostasis gain`, `aPlus` as it is: a parameter is looked up by its name. */
const spaced = (path: string): string => path.replaceAll('.', ' ');

/** How a picture or a sentence calls a place in a configuration or in `run.json`. */
export function humanName(path: string): string {
  for (const [pattern, name] of NAMES)
    if (pattern.test(path)) return path.replace(pattern, name).replace('the wall phase', 'the run');
  return spaced(path);
}

/** Whether less of a metric is better: energy, time, memory, errors, wear. */
export const lessIsBetter = (path: string): boolean =>
  /energy|seconds$|bytes$|error|wornOut|worn|writes$|loss|rmse/i.test(path) && !/PerSecond$/.test(path);
