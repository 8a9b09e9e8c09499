import type { IdxImages } from './idx.ts';

export interface LabelledImages extends IdxImages {
  /** Class of each image, 0–254. */
  readonly labels: Uint8Array;
  /** Event-camera recordings, played by `RecordingPlayer`; `images` then holds event counts per pixel. */
  readonly events?: readonly Uint32Array[] | undefined;
}

/** Training and test images, all of the same size. */
export interface Sets {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

export interface SetSizes {
  readonly train: number;
  readonly test: number;
  /** True if the set consists of event-camera recordings. */
  readonly events?: boolean;
}

export interface DataSet extends Sets {
  /** Number of classes: largest label in the training set, plus 1. */
  readonly classes: number;
  /** Names of the classes, if known. */
  readonly names?: readonly string[];
}
