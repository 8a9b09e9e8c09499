export { computeAccuracy as accuracy, computeConfusionMatrix as confusionMatrix } from '../../../statistics/score.ts';
export {
  type ConfidenceInterval as Interval,
  computeWilsonInterval as wilsonInterval,
} from '../../../statistics/wilson.ts';
export {
  combinePredictions as votesOf,
  computeAuroc as auroc,
  computeOrientationSelectivity as orientationSelectivity,
  computeRejectionAccuracy as accuracyAfterRejection,
  computeReliabilityDiagram as reliability,
  computeSomErrors as topography,
  type MajorityVotes as Votes,
  type OrientationSelectivity as Selectivity,
  type ReliabilityBin,
  type ReliabilityDiagram as Reliability,
  type SomErrors as Topography,
  type SomLattice as Lattice,
} from './measures.ts';
export type {
  Readout,
  ReadoutTrainer as TrainReadout,
  SparseSpikeCounts as SparseCounts,
  SpikeCounts,
} from './readout.ts';
export { READOUT_TRAINERS as READOUTS, type ReadoutName } from './readouts.ts';
