/**
 * The public API: everything that a study in TypeScript needs. Pictures are in `memspike/plots`, so that drawing is only
 * loaded where it is wanted.
 */

// Networks
export type { KernelChoice, Precision } from '../core/arena.ts';
// Checkpoints: everything a network is at an instant, in memory or in a file
export type { Notes } from '../core/checkpoint/codec.ts';
export { readCheckpoint, writeCheckpoint } from '../core/checkpoint/file.ts';
export { load, type Snapshot, save } from '../core/checkpoint/state.ts';
export type { Connect, Delay } from '../core/connect.ts';
export type { Model, ModelDeclaration } from '../core/define.ts';
export type { Distribution } from '../core/distribution.ts';
export type { Edges } from '../core/edges.ts';
export type { StopAfter } from '../core/engine.ts';
export { UserError } from '../core/errors.ts';
// Recording: the tables, where rows go, and logs on disk
export { createLog, fileChunks, openLog } from '../core/log/file.ts';
export { type LogBatch, type LogProblem, type LogReader, type ReadOptions, readLog } from '../core/log/read.ts';
export { type RepairReport, repairLog } from '../core/log/repair.ts';
export { type ByteSink, type LogPosition, LogStream, type LogStreamOptions } from '../core/log/stream.ts';
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
export type { ModulatorOptions } from '../core/modulation.ts';
export { Network, type ProjectionOptions } from '../core/network.ts';
export { choice, flag, integer, type JsonSchema, number, object, text, toJsonSchema } from '../core/params.ts';
export type { Neurons, Population, Stimulus, WinnerTakeAll } from '../core/population.ts';
export type { Projection } from '../core/projection.ts';
export { type Seed, Stream } from '../core/random.ts';
export { snap } from '../core/time.ts';
export type { Schedule } from '../core/timer.ts';
export { UNITS } from '../core/units.ts';
export { validate } from '../core/validate.ts';
// Models
export { amplitudeTrains } from '../neurons/encoders/amplitude.ts';
export { burstTrains } from '../neurons/encoders/burst.ts';
export type { Draw, Encoded } from '../neurons/encoders/encoded.ts';
export { intervalTrains } from '../neurons/encoders/interval.ts';
export { latencyTrains } from '../neurons/encoders/latency.ts';
export { rankOrderTrains } from '../neurons/encoders/rankOrder.ts';
export { rateTrains } from '../neurons/encoders/rate.ts';
export type { ImageSet } from '../neurons/images.ts';
export * from '../neurons/index.ts';
export type { Lif } from '../neurons/lif.ts';
export type { Poisson } from '../neurons/poisson.ts';
export type { Recording } from '../neurons/replay.ts';
export * from '../synapses/crossbar/index.ts';
export * from '../synapses/devices/index.ts';
export { ivLoop, MEMRISTORS, type Sweep, type SweepPoint } from '../synapses/devices/ivLoop.ts';
export type { Memristor } from '../synapses/devices/memristor.ts';
export * from '../synapses/modulators/index.ts';
export { selectorMisses } from '../synapses/nonidealities/selector.ts';
export { type ProgrammedRange, type Programming, programmed } from '../synapses/programming.ts';
export * from '../synapses/rules/index.ts';
export * from '../synapses/shortTerm/index.ts';
// Network files and runs
export { type Analysis, analyse } from './analyse/analyse.ts';
export type { AnalysisOptions } from './analyse/options.ts';
export { loadConfig } from './config/load.ts';
export { type LoadedDevice, loadDevice, presetNames } from './devices/load.ts';
export { type EnergyAccount, energyOf } from './energy/account.ts';
export { fitPulses, type ModelFit, type PulseFit } from './fit/fit.ts';
export { readPulses, type Train } from './fit/readPulses.ts';
export { type Matrix, readMatrix } from './logs/readMatrix.ts';
export { LogTable, type Selection } from './logs/table.ts';
export { MemoryTable } from './memoryTable.ts';
export { type LabelledImages, loadMnist } from './mnist/idx.ts';
export { attachRecorders, buildNetwork, type OpenTable, type StimulusReaders } from './network/build.ts';
export { MODELS, type ModelChoice, type NetworkDescription, networkSchema } from './network/schema.ts';
export { PulseBench, type PulseBenchOptions } from './pulseBench.ts';
export * from './readout/index.ts';
export { readRecording } from './run/replay.ts';
export { logMetadata, type RunOptions, runNetwork } from './run/run.ts';
export { summaryOf } from './run/summary.ts';
export { STIMULUS_READERS } from './stimuli/readers.ts';
// Sweeps
export { type Collected, collect as collectSweep } from './sweep/collect.ts';
export { type Plan, readPlan } from './sweep/directory.ts';
export { planSweep } from './sweep/make.ts';
export { type RunSweepOptions, runSweep, type SweepOutcome } from './sweep/run.ts';
export { type SearchOptions, searchSweep } from './sweep/search/search.ts';
export { type RunState, statesOf } from './sweep/status.ts';
export { VERSION } from './version.ts';
export type { WeightsOptions } from './weights/options.ts';
export { type WeightsStudy, weightsOf } from './weights/weights.ts';
