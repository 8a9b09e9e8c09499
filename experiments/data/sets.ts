import type { IdxImages } from './idx.ts';

export interface LabelledImages extends IdxImages {
  /** One class per image, 0–254. */
  readonly labels: Uint8Array;
  /** Recordings of an event camera, the input of `RecordingPlayer`; `images` are then event counts per pixel. */
  readonly events?: readonly Uint32Array[] | undefined;
}

/** Training and test images of equal size. */
export interface Sets {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

export interface SetSizes {
  readonly train: number;
  readonly test: number;
  /** True for recordings of an event camera. */
  readonly events?: boolean;
}

export interface DataSet extends Sets {
  /** Number of classes: maximum label of the training set, plus 1. */
  readonly classes: number;
  /** Names of the classes, if known. */
  readonly names?: readonly string[];
}
