import { extname, resolve, sep } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { presetNames } from '../devices/load.ts';

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
