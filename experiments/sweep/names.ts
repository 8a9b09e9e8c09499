/** Patterns of metric paths in `run.json`, with display names; the first match is used. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^accuracy\.logProbability$/, 'accuracy, log-probability vote'],
  [/^accuracy\.maxRate$/, 'accuracy, vote of the highest rate'],
  [/^accuracy\.proportion$/, 'accuracy, vote by proportion'],
  [/^accuracy\.linear$/, 'accuracy, linear read-out'],
  [/^energy\.perImage$/, 'energy per image'],
  [/^energy\.(read|write)$/, 'energy of all $1s'],
  [/^energyPerImage\.(\w+)\.(read|write)$/, 'energy of $2s per image, $1'],
  [/^events\.(\w+)$/, '$1 events'],
  [/^populations\.(.+)\.rate$/, 'mean rate of $1'],
  [/^populations\.(.+)\.spikes$/, 'spikes of $1'],
  [/^(train|label|test|wall)Seconds$/, 'time of the $1 phase'],
  [/^imagesPerSecond$/, 'images per second'],
  [/^synapticEventsPerSecond$/, 'synaptic events per second'],
  [/^peakRssBytes$/, 'peak memory'],
];

/** Replaces the dots of a path by spaces; keys are unchanged, so that readers can find them in the file. */
const spaced = (path: string): string => path.replaceAll('.', ' ');

/** Display name for a path in a configuration or in `run.json`, used in plots and sentences. */
export function toDisplayName(path: string): string {
  for (const [pattern, name] of NAMES)
    if (pattern.test(path)) return path.replace(pattern, name).replace('the wall phase', 'the run');
  return spaced(path);
}

/** True if lower values of the metric are better: energy, time, memory, errors, wear. */
export const isLowerBetter = (path: string): boolean =>
  /energy|seconds$|bytes$|error|wornOut|worn|writes$|loss|rmse/i.test(path) && !/PerSecond$/.test(path);
