import { extname, resolve, sep } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { presetNames } from '../devices/load.ts';

function joinLastComponents(name: string, count: number): string {
  const path = resolve(name.slice(0, -extname(name).length || undefined));
  const parts = presetNames().includes(name) ? [name] : path.split(sep).filter((part) => part !== '');
  return parts.slice(-count).join('-');
}

/** Creates unique labels, also used as directory names: preset or file name, with parent directories if needed. */
export function createDeviceLabels(names: readonly string[]): string[] {
  const counts = names.map(() => 1);
  let labels = names.map((name) => joinLastComponents(name, 1));
  const findTwin = (i: number) => labels.findIndex((label, k) => k !== i && label === labels[i]);
  for (;;) {
    const equal = [...names.keys()].filter((i) => findTwin(i) >= 0);
    if (equal.length === 0) return labels;
    const longer = labels.map((label, i) => (equal.includes(i) ? joinLastComponents(names[i]!, ++counts[i]!) : label));
    const twin = equal.find((i) => longer[i] === labels[i] && longer[findTwin(i)] === labels[findTwin(i)]);
    if (twin !== undefined)
      throw new UserError(`${show(names[twin])} is named twice, but each device has one passport.`);
    labels = longer;
  }
}
