/**
 * The public API: everything that a study in TypeScript needs. Pictures are in `memspike/plots`, so that drawing is only
 * loaded where it is wanted.
 */

export { readCheckpoint, writeCheckpoint } from '../core/checkpoint/file.ts';
// Logs on disk
export { createLog } from '../core/log/create.ts';
export { fileChunks, openLog } from '../core/log/file.ts';
export { type LogBatch, type LogProblem, type LogReader, type ReadOptions, readLog } from '../core/log/read.ts';
export { type RepairReport, repairLog } from '../core/log/repair.ts';
export type { LogPosition } from '../core/log/seal.ts';
export { type ByteSink, LogStream, type LogStreamOptions } from '../core/log/stream.ts';
// Networks and models
export {
  CrossbarLayer,
  type CrossbarLayerOptions,
  type LayerProgrammed,
  NonLinearCrossbar,
  type NonLinearOptions,
  type Periphery,
  type ProgrammingOptions,
} from '../synapses/crossbar/index.ts';
// Devices, measured and published
export { type EnergyAccount, energyOf } from './devices/energy/account.ts';
export { fitPulses, type PulseFit } from './devices/fit/fit.ts';
export type { ModelFit } from './devices/fit/modelFit.ts';
export { type Measurement, readMeasurement, readPulses, type Train } from './devices/fit/readPulses.ts';
export { type LoadedDevice, loadDevice, presetNames } from './devices/load.ts';
export { PulseBench, type PulseBenchOptions } from './devices/pulseBench.ts';
export * from './engine.ts';
// Nets with labels, in their parts
export { untrained as untrainedNet } from './learn/architectures.ts';
export { CrossbarNet, type CrossbarNetOptions } from './learn/crossbarNet.ts';
export { FloatNet } from './learn/floatNet.ts';
export type { Model as NetModel } from './learn/model.ts';
export { softmaxErrors } from './learn/softmax.ts';
export { type Descent, trainFloat } from './learn/trainFloat.ts';
export { type Matrix, readMatrix } from './logs/readMatrix.ts';
export { LogTable, type Selection } from './logs/table.ts';
// Network files and runs
export { type Analysis, analyse } from './look/analyse/analyse.ts';
export type { AnalysisOptions } from './look/analyse/options.ts';
export type { WeightsOptions } from './look/weights/options.ts';
export { type WeightsStudy, weightsOf } from './look/weights/weights.ts';
export { type LabelledImages, loadMnist } from './mnist/idx.ts';
export * from './mnist/readout/index.ts';
export { attachRecorders, buildNetwork, type OpenTable, type StimulusReaders } from './network/build.ts';
export { loadConfig } from './network/config/load.ts';
export { loadModels } from './network/extensions.ts';
export { MODELS } from './network/models.ts';
export { type ModelChoice, type NetworkDescription, networkSchema } from './network/schema.ts';
export { STIMULUS_READERS } from './network/stimuli/readers.ts';
export { readRecording } from './network/stimuli/recording.ts';
export { loadNetwork } from './run/loadNetwork.ts';
export { logMetadata, type RunOptions, runNetwork } from './run/run.ts';
export { summaryOf } from './run/summary.ts';
// Sweeps
export { type Collected, collect as collectSweep } from './sweep/collect.ts';
export { type Plan, readPlan } from './sweep/directory.ts';
export { planSweep } from './sweep/make.ts';
export { type RunSweepOptions, runSweep, type SweepOutcome } from './sweep/run.ts';
export { type SearchOptions, searchSweep } from './sweep/search/index.ts';
export { type RunState, statesOf } from './sweep/status.ts';
export { VERSION } from './version.ts';
