import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { readEventFile } from './eventFile.ts';
import type { DataSet, ImageCounts, LabelledImages } from './idx.ts';
import { decodeColumn, decodePixelAddress, decodeRow, RecordingStore, renderEventCountImage } from './recordings.ts';

const FOLDERS = { train: ['Train', 'train'], test: ['Test', 'test'] } as const;
const RECORDING_FILE = /\.(bin|dat)$/;
/** Maximum number of classes; the byte value 255 means "no class" in logs. */
const MAX_CLASSES = 255;

interface RecordingFile {
  readonly path: string;
  readonly label: number;
}

const findFolder = (directory: string, set: keyof typeof FOLDERS): string | undefined =>
  FOLDERS[set].map((name) => join(directory, name)).find((path) => existsSync(path) && statSync(path).isDirectory());

export const hasEventFolders = (directory: string): boolean =>
  findFolder(directory, 'train') !== undefined || findFolder(directory, 'test') !== undefined;

const { compare } = new Intl.Collator('en', { numeric: true });

const listNames = (path: string) => withFileErrors('read', path, () => readdirSync(path));

const listFolders = (path: string) =>
  listNames(path)
    .filter((name) => withFileErrors('read', join(path, name), () => statSync(join(path, name)).isDirectory()))
    .sort(compare);

function requireFolder(directory: string, set: keyof typeof FOLDERS) {
  const path = findFolder(directory, set);
  if (path !== undefined) return path;
  throw new UserError(
    `${join(directory, FOLDERS[set][0])}: no such folder, expected one with a folder of recordings for each class.`,
  );
}

function listClasses(directory: string) {
  const path = requireFolder(directory, 'train');
  const names = listFolders(path);
  if (names.length > 0 && names.length <= MAX_CLASSES) return names;
  throw new UserError(`${path}: ${names.length} folders found, expected one for each class, 1 to ${MAX_CLASSES}.`);
}

/** Lists the recordings of a set, sorted by (i + 1/2)/n for recording i of the n of its class, so that any part holds all classes. */
function listRecordings(directory: string, set: keyof typeof FOLDERS, classes: readonly string[]): RecordingFile[] {
  const path = requireFolder(directory, set);
  const all = listFolders(path).flatMap((name) => {
    const label = classes.indexOf(name);
    const folder = join(path, name);
    if (label < 0)
      throw new UserError(`${folder}: not a class of the training set, whose classes are ${classes.join(', ')}.`);
    const files = listNames(folder)
      .filter((file) => RECORDING_FILE.test(file))
      .sort();
    if (files.length === 0) throw new UserError(`${folder}: no recordings found, expected at least one .bin or .dat.`);
    return files.map((file, i) => ({ path: join(folder, file), label, at: (i + 0.5) / files.length }));
  });
  if (all.length === 0) throw new UserError(`${path}: no folders found, expected one folder for each class.`);
  return all.sort((a, b) => a.at - b.at || a.label - b.label);
}

export function countRecordings(directory: string): ImageCounts {
  const classes = listClasses(directory);
  const count = (set: keyof typeof FOLDERS) => listRecordings(directory, set, classes).length;
  return { trainCount: count('train'), testCount: count('test'), hasEventRecordings: true };
}

type ReadSet = Pick<LabelledImages, 'labels' | 'rows' | 'columns'> & { readonly events: readonly Uint32Array[] };

/** Reads the recordings of a set. @param within training set whose sensor size is used; default: smallest size that holds all events */
function readRecordings(files: readonly RecordingFile[], store: RecordingStore, within?: ReadSet): ReadSet {
  let [rows, columns] = within ? [within.rows, within.columns] : [1, 1];
  const events = files.map(({ path }) => {
    const found = readEventFile(path);
    found.forEach((event, i) => {
      const place = decodePixelAddress(event);
      const [x, y] = [decodeColumn(place), decodeRow(place)];
      if (within && (x >= columns || y >= rows))
        throw new UserError(
          `${path}, event ${i}: pixel (${x}, ${y}) is outside the sensor of the training set, ${columns} x ${rows} pixels.`,
        );
      rows = Math.max(rows, y + 1);
      columns = Math.max(columns, x + 1);
    });
    return store.addRecording(found, path);
  });
  return { events, labels: Uint8Array.from(files, ({ label }) => label), rows, columns };
}

function addCountImages({ rows, columns, ...set }: ReadSet): LabelledImages {
  const n = set.events.length;
  const size = rows * columns;
  const images = new Uint8Array(n * size);
  for (const [i, recording] of set.events.entries())
    renderEventCountImage(recording, columns, images.subarray(i * size, (i + 1) * size));
  return { ...set, images, n, rows, columns };
}

/**
 * Reads event-camera recordings in the layout of N-MNIST: `DIR/Train/CLASS/*.bin` and `DIR/Test/CLASS/*.bin`, also with
 * `train`, `test` or `.dat`. Rows and columns are those of the smallest sensor that contains all training events.
 */
export function loadEventRecordings(directory: string): DataSet {
  const names = listClasses(directory);
  const train = listRecordings(directory, 'train', names);
  const test = listRecordings(directory, 'test', names);
  const store = new RecordingStore();
  const trained = readRecordings(train, store);
  const tested = readRecordings(test, store, trained);
  const sets = { train: addCountImages(trained), test: addCountImages(tested) };
  return {
    ...sets,
    classCount: names.length,
    classNames: names,
    splitSource: `folders Train and Test of ${directory}`,
  };
}
