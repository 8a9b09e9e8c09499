/** Readouts: classification of images from spike counts. To add a readout, add its function and name to `READOUTS`. */

import { logProbability, maxRate, proportion } from './labelReadouts.ts';
import { linear } from './linear.ts';
import type { TrainReadout } from './readout.ts';

export { accuracy, confusionMatrix } from '../../../statistics/score.ts';
export { type Interval, wilsonInterval } from '../../../statistics/wilson.ts';
export {
  accuracyAfterRejection,
  auroc,
  type Reliability,
  type ReliabilityBin,
  reliability,
} from './calibration.ts';
export type { Readout, SparseCounts, SpikeCounts, TrainReadout } from './readout.ts';
export { orientationSelectivity, type Selectivity } from './selectivity.ts';
export { type Lattice, type Topography, topography } from './topography.ts';
export { type Votes, votesOf } from './votes.ts';

export const READOUTS = { logProbability, maxRate, proportion, linear } satisfies Record<string, TrainReadout>;

export type ReadoutName = keyof typeof READOUTS;
