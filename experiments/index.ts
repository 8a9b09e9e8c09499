/** `memspike`: the public TypeScript API for studies. Plots are in `memspike/plots`, loaded only if needed. */

export { readCheckpoint, writeCheckpoint } from '../core/checkpoint/file.ts';
// Logs on disk
export { createLog } from '../core/log/create.ts';
export { fileChunks, openLog } from '../core/log/file.ts';
export { type LogBatch, type LogProblem, type LogReader, type ReadOptions, readLog } from '../core/log/read.ts';
export { type RepairReport, repairLog } from '../core/log/repair.ts';
export type { LogPosition } from '../core/log/seal.ts';
export { type ByteSink, LogStream, type LogStreamOptions } from '../core/log/stream.ts';
export {
  type CellCurrent,
  CrossbarLayer,
  type CrossbarLayerOptions,
  cellCurrent,
  type LayerProgrammed,
  NonLinearCrossbar,
  type NonLinearOptions,
  type Periphery,
  type ProgrammingOptions,
} from '../synapses/crossbar/index.ts';
export { type LabelledImages, loadMnist } from './data/mnist.ts';
export { computeNetworkEnergy as energyOf, type EnergyAccount } from './devices/energy/account.ts';
export { PulseBench, type PulseBenchOptions } from './devices/pulseBench.ts';
export * from './engine.ts';
export { type Matrix, readMatrix } from './logs/readMatrix.ts';
export { LogTable, type RowSelection as Selection } from './logs/table.ts';
export { MODELS, type ModelChoice } from './network/models.ts';
export { type NetworkDescription, networkSchema } from './network/schema.ts';
export { STIMULUS_READERS } from './network/stimuli/recording.ts';
export * from './onDemand.ts';
export { CrossbarNet, type CrossbarNetOptions } from './training/supervised/crossbarNet.ts';
export { FloatNet } from './training/supervised/floatNet.ts';
export type { Model as NetModel } from './training/supervised/model.ts';
export { createUntrainedModel as untrainedNet } from './training/supervised/model.ts';
export {
  computeSoftmaxErrors as softmaxErrors,
  type DescentOptions as Descent,
  trainFloatNet as trainFloat,
} from './training/supervised/trainFloatNet.ts';
export * from './training/unsupervised/readout/index.ts';
export { VERSION } from './version.ts';
