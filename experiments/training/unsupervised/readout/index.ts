/** Readouts, which classify images from spike counts, and measures of their answers. */
export { accuracy, confusionMatrix } from '../../../statistics/score.ts';
export { type Interval, wilsonInterval } from '../../../statistics/wilson.ts';
export {
  accuracyAfterRejection,
  auroc,
  type Lattice,
  orientationSelectivity,
  type Reliability,
  type ReliabilityBin,
  reliability,
  type Selectivity,
  type Topography,
  topography,
  type Votes,
  votesOf,
} from './measures.ts';
export type { Readout, SparseCounts, SpikeCounts, TrainReadout } from './readout.ts';
export { READOUTS, type ReadoutName } from './readouts.ts';
