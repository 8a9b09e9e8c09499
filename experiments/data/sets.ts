import type { IdxImages } from './idx.ts';

export interface LabelledImages extends IdxImages {
  /** One class per image, 0–254. */
  readonly labels: Uint8Array;
  /** Of recordings of an event camera: their events, as `RecordingPlayer` plays them; images are how many there were by pixel. */
  readonly events?: readonly Uint32Array[] | undefined;
}

/** Images to learn from and images to test with, of one size. */
export interface Sets {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** How many images there are to train and to test with. */
export interface Sizes {
  readonly train: number;
  readonly test: number;
  /** Whether they are recordings of an event camera. */
  readonly events?: boolean;
}

export interface DataSet extends Sets {
  /** The largest label of the training set plus one. */
  readonly classes: number;
  /** What they are called, where they have names. */
  readonly names?: readonly string[];
}
