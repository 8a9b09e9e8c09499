import { eventSizesOf, hasEventFolders, loadEvents } from './eventFolders.ts';
import { hasIdxSet, idxSizesOf, loadIdxSet } from './idxSet.ts';
import type { DataSet, Sizes } from './sets.ts';

export type { DataSet, LabelledImages, Sets, Sizes } from './sets.ts';

const isOfEvents = (directory: string): boolean => hasEventFolders(directory) && !hasIdxSet(directory);

/** Reads the IDX files of a directory, or where it has none its folders of recordings: see `loadIdxSet` and `loadEvents`. @throws UserError */
export const loadDataSet = (directory: string): DataSet =>
  isOfEvents(directory) ? loadEvents(directory) : loadIdxSet(directory);

/** How many images or recordings each set of a directory has. */
export const sizesOf = (directory: string): Sizes =>
  isOfEvents(directory) ? eventSizesOf(directory) : idxSizesOf(directory);
