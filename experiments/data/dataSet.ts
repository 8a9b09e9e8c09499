import { countRecordings, hasEventFolders, loadEvents } from './eventFolders.ts';
import { countIdxImages, type DataSet, hasIdxSet, loadIdxSet, type SetSizes } from './idx.ts';

export type { DataSet, ImageSets, LabelledImages, SetSizes } from './idx.ts';

const hasRecordings = (directory: string) => hasEventFolders(directory) && !hasIdxSet(directory);

/** Reads the IDX files of a directory or, if the directory has no IDX files, its event recordings. */
export const loadDataSet = (directory: string): DataSet =>
  hasRecordings(directory) ? loadEvents(directory) : loadIdxSet(directory);

export const readSetSizes = (directory: string): SetSizes =>
  hasRecordings(directory) ? countRecordings(directory) : countIdxImages(directory);
