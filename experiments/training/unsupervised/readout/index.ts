export { accuracy, confusionMatrix } from '../../../statistics/score.ts';
export { type Interval, wilsonInterval } from '../../../statistics/wilson.ts';
export {
  accuracyAfterRejection,
  auroc,
  computeReliability as reliability,
  computeTopography as topography,
  countVotes as votesOf,
  orientationSelectivity,
  type Reliability,
  type ReliabilityBin,
  type Selectivity,
  type SomLattice as Lattice,
  type Topography,
  type Votes,
} from './measures.ts';
export type { Readout, SparseCounts, SpikeCounts, TrainReadout } from './readout.ts';
export { READOUTS, type ReadoutName } from './readouts.ts';
