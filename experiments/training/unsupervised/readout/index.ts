export { accuracy, confusionMatrix } from '../../../statistics/score.ts';
export { type Interval, wilsonInterval } from '../../../statistics/wilson.ts';
export {
  computeAuroc as auroc,
  computeRejectionAccuracy as accuracyAfterRejection,
  computeReliability as reliability,
  computeSelectivity as orientationSelectivity,
  computeSomErrors as topography,
  countVotes as votesOf,
  type OrientationSelectivity as Selectivity,
  type ReliabilityBin,
  type ReliabilityDiagram as Reliability,
  type SomErrors as Topography,
  type SomLattice as Lattice,
  type Votes,
} from './measures.ts';
export type { Readout, ReadoutTrainer as TrainReadout, SparseCounts, SpikeCounts } from './readout.ts';
export { READOUTS, type ReadoutName } from './readouts.ts';
