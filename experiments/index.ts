/**
 * The public API: everything that a study in TypeScript needs. Pictures are in `memspike/plots`, so that drawing is only
 * loaded where it is wanted.
 */

// Checkpoints: everything a network is at an instant, in memory or in a file
export type { Notes } from '../core/checkpoint/codec.ts';
export { readCheckpoint, writeCheckpoint } from '../core/checkpoint/file.ts';
export { load, type Snapshot, save } from '../core/checkpoint/state.ts';
export type { Model, ModelDeclaration } from '../core/declare/define.ts';
export type { Distribution } from '../core/declare/distribution.ts';
export { UserError } from '../core/declare/errors.ts';
export { type JsonSchema, toJsonSchema } from '../core/declare/jsonSchema.ts';
export { choice, flag, integer, number, object, text } from '../core/declare/params.ts';
export { UNITS } from '../core/declare/units.ts';
export { validate } from '../core/declare/validate.ts';
export type { StopAfter } from '../core/engine/engine.ts';
export type { Schedule } from '../core/engine/timer.ts';
export type { Connect, Delay } from '../core/graph/connect.ts';
export type { Edges } from '../core/graph/edges.ts';
export type { ModulatorOptions } from '../core/graph/modulation.ts';
export type { Neurons, Population, Stimulus, WinnerTakeAll } from '../core/graph/population.ts';
export type { Projection } from '../core/graph/projection.ts';
// Networks
export type { KernelChoice, Precision } from '../core/kernels/arena.ts';
// Recording: the tables, where rows go, and logs on disk
export { createLog, fileChunks, openLog } from '../core/log/file.ts';
export { type LogBatch, type LogProblem, type LogReader, type ReadOptions, readLog } from '../core/log/read.ts';
export { type RepairReport, repairLog } from '../core/log/repair.ts';
export type { LogPosition } from '../core/log/seal.ts';
export { type ByteSink, LogStream, type LogStreamOptions } from '../core/log/stream.ts';
export {
  type Column,
  type ColumnType,
  DEVICES,
  IMAGES,
  NEURONS,
  POTENTIALS,
  type RowSink,
  SPIKES,
  type TableSpec,
  WEIGHTS,
} from '../core/log/tables.ts';
// What models are made of, for models of your own
export type {
  DeviceAccounts,
  DeviceContext,
  DeviceFactory,
  Devices,
  ModelContext,
  Modulator,
  ModulatorContext,
  ModulatorFactory,
  NeuronFactory,
  NeuronModel,
  PlasticityRule,
  Pulsed,
  RuleContext,
  RuleFactory,
  ShortTerm,
  ShortTermFactory,
  Stateful,
  StimulusFactory,
  StimulusModel,
} from '../core/model.ts';
export { Network, type ProjectionOptions } from '../core/network.ts';
export { type Seed, Stream } from '../core/random/random.ts';
export { snap } from '../core/time.ts';
// Models
export { amplitudeTrains } from '../neurons/encoders/amplitude.ts';
export { burstTrains } from '../neurons/encoders/burst.ts';
export type { Draw, Encoded } from '../neurons/encoders/encoded.ts';
export { intervalTrains } from '../neurons/encoders/interval.ts';
export { latencyTrains } from '../neurons/encoders/latency.ts';
export { rankOrderTrains } from '../neurons/encoders/rankOrder.ts';
export { rateTrains } from '../neurons/encoders/rate.ts';
export * from '../neurons/index.ts';
export type { Lif } from '../neurons/lif.ts';
export type { ImageSet } from '../neurons/stimuli/images.ts';
export type { Poisson } from '../neurons/stimuli/poisson.ts';
export type { Recording } from '../neurons/stimuli/replay.ts';
export * from '../synapses/crossbar/index.ts';
export { selectorMisses } from '../synapses/devices/array/selector.ts';
export * from '../synapses/devices/index.ts';
export { ivLoop, MEMRISTORS, type Sweep, type SweepPoint } from '../synapses/devices/ivLoop.ts';
export type { Memristor } from '../synapses/devices/memristor.ts';
export * from '../synapses/modulators/index.ts';
export { type ProgrammedRange, type Programming, programmed } from '../synapses/programming.ts';
export * from '../synapses/rules/index.ts';
export * from '../synapses/shortTerm/index.ts';
export { type EnergyAccount, energyOf } from './devices/energy/account.ts';
export { fitPulses, type ModelFit, type PulseFit } from './devices/fit/fit.ts';
export { type Measurement, readMeasurement, readPulses, type Train } from './devices/fit/readPulses.ts';
export { type LoadedDevice, loadDevice, presetNames } from './devices/load.ts';
export { PulseBench, type PulseBenchOptions } from './devices/pulseBench.ts';
export { MemoryTable } from './logs/memoryTable.ts';
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
