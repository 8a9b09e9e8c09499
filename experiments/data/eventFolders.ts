import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { readEventFile } from './eventFile.ts';
import { countImage, RecordingStore } from './recordingStore.ts';
import { placeIn, xOf, yOf } from './recordings.ts';
import type { DataSet, LabelledImages, Sizes } from './sets.ts';

/** What the folder of each set may be called. */
const FOLDERS = { train: ['Train', 'train'], test: ['Test', 'test'] } as const;
const FILE = /\.(bin|dat)$/;
/** A byte has one value more, which stands for "no class" in logs. */
const MOST_CLASSES = 255;

interface Recorded {
  readonly path: string;
  readonly label: number;
}

const folderOf = (directory: string, set: keyof typeof FOLDERS): string | undefined =>
  FOLDERS[set].map((name) => join(directory, name)).find((path) => existsSync(path) && statSync(path).isDirectory());

/** Whether a directory has a folder of recordings to train or to test with. */
export const hasEventFolders = (directory: string): boolean =>
  folderOf(directory, 'train') !== undefined || folderOf(directory, 'test') !== undefined;

/** Names in the order of the alphabet, numbers in theirs and first. */
const { compare } = new Intl.Collator('en', { numeric: true });

const namesIn = (path: string): string[] => withFileErrors('read', path, () => readdirSync(path));

const foldersIn = (path: string): string[] =>
  namesIn(path)
    .filter((name) => withFileErrors('read', join(path, name), () => statSync(join(path, name)).isDirectory()))
    .sort(compare);

function requireFolder(directory: string, set: keyof typeof FOLDERS): string {
  const path = folderOf(directory, set);
  if (path !== undefined) return path;
  throw new UserError(
    `${join(directory, FOLDERS[set][0])}: no such folder, expected one with a folder of recordings for each class.`,
  );
}

function classesOf(directory: string): string[] {
  const path = requireFolder(directory, 'train');
  const names = foldersIn(path);
  if (names.length > 0 && names.length <= MOST_CLASSES) return names;
  throw new UserError(`${path}: ${names.length} folders found, expected one for each class, 1 to ${MOST_CLASSES}.`);
}

/**
 * The recordings of a set in their order: those of a class by name, and classes spread evenly, the i-th of n at (i + 1/2)/n, so that
 * any first or last part of them holds all classes alike.
 */
function recordedIn(directory: string, set: keyof typeof FOLDERS, classes: readonly string[]): Recorded[] {
  const path = requireFolder(directory, set);
  const all = foldersIn(path).flatMap((name) => {
    const label = classes.indexOf(name);
    const folder = join(path, name);
    if (label < 0)
      throw new UserError(`${folder}: a class that the training set has not, which has ${classes.join(', ')}.`);
    const files = namesIn(folder)
      .filter((file) => FILE.test(file))
      .sort();
    if (files.length === 0) throw new UserError(`${folder}: no recordings found, expected at least one .bin or .dat.`);
    return files.map((file, i) => ({ path: join(folder, file), label, at: (i + 0.5) / files.length }));
  });
  if (all.length === 0) throw new UserError(`${path}: no folders found, expected one for each class.`);
  return all.sort((a, b) => a.at - b.at || a.label - b.label);
}

/** How many recordings each set of a directory has. */
export function eventSizesOf(directory: string): Sizes {
  const classes = classesOf(directory);
  const count = (set: keyof typeof FOLDERS) => recordedIn(directory, set, classes).length;
  return { train: count('train'), test: count('test'), events: true };
}

interface Read {
  readonly events: readonly Uint32Array[];
  readonly labels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reads recordings. @param within the sensor that all events have to be on; not given, it is as large as they need. */
function readAll(recorded: readonly Recorded[], store: RecordingStore, within?: Read): Read {
  let [rows, columns] = within ? [within.rows, within.columns] : [1, 1];
  const events = recorded.map(({ path }) => {
    const found = readEventFile(path);
    found.forEach((event, i) => {
      const place = placeIn(event);
      const [x, y] = [xOf(place), yOf(place)];
      if (within && (x >= columns || y >= rows))
        throw new UserError(
          `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${columns} x ${rows}, which the training set is from.`,
        );
      rows = Math.max(rows, y + 1);
      columns = Math.max(columns, x + 1);
    });
    return store.add(found, path);
  });
  return { events, labels: Uint8Array.from(recorded, ({ label }) => label), rows, columns };
}

function withImages({ rows, columns, ...set }: Read): LabelledImages {
  const n = set.events.length;
  const size = rows * columns;
  const images = new Uint8Array(n * size);
  set.events.forEach((recording, i) => {
    countImage(recording, columns, images.subarray(i * size, (i + 1) * size));
  });
  return { ...set, images, n, rows, columns };
}

/**
 * Reads recordings of an event camera from `DIR/Train/CLASS/*.bin` and `DIR/Test/CLASS/*.bin` (or `.dat`; `train`, `test`), as N-MNIST has
 * them. The sensor is as large as the events of the training set need.
 * @throws UserError naming the folder or file for one that is missing, empty or damaged, or whose class or pixels the training set has not.
 */
export function loadEvents(directory: string): DataSet {
  const names = classesOf(directory);
  const [train, test] = (['train', 'test'] as const).map((set) => recordedIn(directory, set, names)) as [
    Recorded[],
    Recorded[],
  ];
  const store = new RecordingStore();
  const learned = readAll(train, store);
  return { train: withImages(learned), test: withImages(readAll(test, store, learned)), classes: names.length, names };
}
