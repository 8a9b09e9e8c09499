import { countRecordings, hasEventFolders, loadEventRecordings } from './eventFolders.ts';
import { countIdxImages, type DataSet, hasIdxDataSet, type ImageCounts, loadIdxDataSet } from './idx.ts';

export type { DataSet, ImageCounts as SetSizes, ImageSets, LabelledImages } from './idx.ts';

const hasRecordings = (directory: string) => hasEventFolders(directory) && !hasIdxDataSet(directory);

/** Reads the IDX files of a directory or, if the directory has no IDX files, its event recordings. */
export const loadDataSet = (directory: string): DataSet =>
  hasRecordings(directory) ? loadEventRecordings(directory) : loadIdxDataSet(directory);

export const readImageCounts = (directory: string): ImageCounts =>
  hasRecordings(directory) ? countRecordings(directory) : countIdxImages(directory);
