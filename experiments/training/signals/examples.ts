import { createHash } from 'node:crypto';
import { UserError } from '../../../core/declare/errors.ts';
import { RandomStream, shuffle } from '../../../core/random/random.ts';
import { groupBy } from '../../statistics/groupBy.ts';
import { readSignals } from './readSignals.ts';
import type { SignalsConfig } from './settings.ts';
import type { Signal } from './textFormats.ts';

/** Largest number of classes; the byte value 255 means "no class" in logs. */
const MAX_CLASSES = 255;

const hashSignals = (signals: readonly Signal[]): string => {
  const hash = createHash('sha256');
  for (const { channels, label } of signals)
    for (const samples of channels) hash.update(samples).update(`\n${label}\n`);
  return hash.digest('hex');
};

/** Replaces missing samples by linear interpolation between their neighbours, and at the ends by the nearest sample. */
function fillMissing(samples: Float64Array, where: string): Float64Array {
  const known = [...samples.keys()].filter((k) => !Number.isNaN(samples[k]!));
  if (known.length === 0) throw new UserError(`${where} has a channel without any sample.`);
  return samples.map((x, k) => {
    if (!Number.isNaN(x)) return x;
    const next = known.find((other) => other > k) ?? known.at(-1)!;
    const last = known.findLast((other) => other < k) ?? next;
    const share = next > last ? (k - last) / (next - last) : 0;
    return samples[last]! + share * (samples[next]! - samples[last]!);
  });
}

/** Splits examples into training and test set: by `isTest` of the file or, with `share`, at random in each class. */
function splitSignals(signals: readonly Signal[], { share, splitSeed }: SignalsConfig, path: string) {
  if (share === undefined) {
    if (signals[0]!.isTest === undefined)
      throw new UserError(
        `${path} does not say which examples are the test set; set signals.test to a file, signals.splitColumn to a CSV column or signals.share to a share such as 0.4.`,
      );
    return { train: signals.filter(({ isTest }) => !isTest), test: signals.filter(({ isTest }) => isTest) };
  }
  const sets = { train: [] as Signal[], test: [] as Signal[] };
  const stream = new RandomStream(splitSeed, 'signals/split');
  for (const members of groupBy(signals, ({ label }) => label).values()) {
    const testCount = Math.round(share * members.length);
    shuffle(members, (n) => stream.integerBelow(n)).forEach((signal, k) => {
      sets[k < testCount ? 'test' : 'train'].push(signal);
    });
  }
  return sets;
}

/** Mixes the classes evenly: example i of the n of its class has the position (i + 1/2)/n, so that any part holds all classes. */
function mixClasses(signals: readonly Signal[], classes: readonly string[]): Signal[] {
  const positions = classes.flatMap((label, c) => {
    const members = signals.filter((signal) => signal.label === label);
    return members.map((signal, i) => ({ signal, at: (i + 0.5) / members.length, c }));
  });
  return positions.sort((a, b) => a.at - b.at || a.c - b.c).map(({ signal }) => signal);
}

/** Reads the signals of `path`, selects classes and divides them into training and test set. `sha256` is that of all examples. */
export function loadSignalSets(path: string, c: SignalsConfig) {
  if (c.test !== undefined && (c.share ?? c.splitColumn) !== undefined)
    throw new UserError('signals.test names the test set, so signals.share and signals.splitColumn must be left out.');
  const all = readSignals(path, c);
  const given = c.test === undefined ? [] : readSignals(c.test, c);
  const names = c.classes?.map(String);
  const unknown = names?.find((name) => !all.some(({ label }) => label === name));
  const found = [...new Set(all.map(({ label }) => label))].sort(new Intl.Collator('en', { numeric: true }).compare);
  if (unknown !== undefined)
    throw new UserError(`signals.classes names ${unknown}, but the classes of ${path} are ${found.join(', ')}.`);
  const classNames = names ?? found;
  const select = (signals: readonly Signal[]) => signals.filter(({ label }) => names?.includes(label) ?? true);
  const sets = c.test === undefined ? splitSignals(select(all), c, path) : { train: select(all), test: select(given) };
  if (classNames.length < 2 || classNames.length > MAX_CLASSES)
    throw new UserError(`${path} has ${classNames.length} classes, but must have 2 to ${MAX_CLASSES}.`);
  const stranger = sets.test.find(({ label }) => !classNames.includes(label));
  if (stranger)
    throw new UserError(`${stranger.place}: the class ${stranger.label} does not occur in the training set.`);
  const empty = classNames.find((name) => !sets.train.some(({ label }) => label === name));
  if (empty !== undefined) throw new UserError(`${path}: the training set holds no example of the class ${empty}.`);
  if (sets.test.length === 0) throw new UserError(`${c.test ?? path}: the test set holds no examples.`);
  const count = sets.train[0]!.channels.length;
  const other = [...sets.train, ...sets.test].find(({ channels }) => channels.length !== count);
  if (other)
    throw new UserError(`${other.place} has ${other.channels.length} channels, but the first example ${count}.`);
  const prepare = (signals: readonly Signal[]) =>
    mixClasses(signals, classNames).map((signal) => ({
      ...signal,
      channels: signal.channels.map((samples) => fillMissing(samples, signal.place)),
    }));
  const splitSource =
    c.test === undefined
      ? `${path}, ${c.share === undefined ? 'split of the file' : `seed ${c.splitSeed}`}`
      : `files ${path} and ${c.test}`;
  return {
    train: prepare(sets.train),
    test: prepare(sets.test),
    classNames,
    sha256: hashSignals([...all, ...given]),
    splitSource,
  };
}
