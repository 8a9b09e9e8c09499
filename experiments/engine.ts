/**
 * `memspike/engine`: networks, all models, recorders and checkpoints in memory, for browsers and workers, without Node
 * modules and plots; `memspike` exports all of it, too. Equal seeds give identical results on all platforms.
 */

export { type CheckpointNotes, decodeCheckpoint, encodeCheckpoint } from '../core/checkpoint/codec.ts';
export { load, type Snapshot, save } from '../core/checkpoint/state.ts';
export type { Model, ModelDeclaration } from '../core/declare/define.ts';
export type { Distribution } from '../core/declare/distribution.ts';
export { UserError } from '../core/declare/errors.ts';
export { type JsonSchema, toJsonSchema } from '../core/declare/jsonSchema.ts';
export { choice, described, flag, integer, number, object, optional, text } from '../core/declare/params.ts';
export { UNITS } from '../core/declare/units.ts';
export { validate } from '../core/declare/validate.ts';
export type { StopAfter } from '../core/engine/spikeCountdown.ts';
export type { Schedule } from '../core/engine/timer.ts';
export type * from '../core/factories.ts';
export type { Edges } from '../core/graph/edges.ts';
export type { ModulatorOptions } from '../core/graph/modulation.ts';
export type { Neurons, Population, PopulationOptions, Stimulus } from '../core/graph/population.ts';
export type { Positions } from '../core/graph/positions.ts';
export type { Projection, Synapses } from '../core/graph/projection.ts';
export type { Connect, Delay, WinnerTakeAll } from '../core/graph/schema.ts';
export type { Precision } from '../core/kernels/arena.ts';
export {
  type Column,
  type ColumnType,
  DEVICES,
  IMAGES,
  NEURONS,
  POTENTIALS,
  type RowSink,
  SPIKES,
  STATES,
  type TableSpec,
  WEIGHTS,
} from '../core/log/tables.ts';
export type * from '../core/model.ts';
export { Network, type ProjectionOptions } from '../core/network.ts';
export { RandomStream, type Seed } from '../core/random/random.ts';
export { MemoryTable, type RecordedSpikes, type TimeCourse } from '../core/recorders/memoryTable.ts';
export type { StateRecording } from '../core/recorders/states.ts';
export { snap } from '../core/time.ts';
export type * from '../core/usage.ts';

// Exports for synapses: crossbars, devices, short-term plasticity, rules and modulators

export {
  type BiasVoltages,
  Crossbar,
  type CrossbarOptions,
  type CrossbarSolution,
  effectiveConductances,
  type SelectScheme,
  selectCell,
  type TiledOptions,
} from '../synapses/crossbar/index.ts';
export { estimateSelectorMissRate as selectorMisses } from '../synapses/devices/array/readNoise.ts';
export * from '../synapses/devices/index.ts';
export { ivLoop, MEMRISTORS, type SweepPoint, type VoltageSweep } from '../synapses/devices/ivLoop.ts';
export type { Memristor } from '../synapses/devices/memristor.ts';
export * from '../synapses/modulators/index.ts';
export {
  type ProgrammedRange,
  type ProgrammingErrors as Programming,
  programWeights,
} from '../synapses/programming.ts';
export * from '../synapses/rules/index.ts';
export * from '../synapses/shortTerm/index.ts';

// Neurons and stimuli

export * from '../neurons/index.ts';
export type { Lif } from '../neurons/lif.ts';
export type { ImageSet } from '../neurons/stimuli/images.ts';
export type { Poisson } from '../neurons/stimuli/poisson.ts';
export type { Recording } from '../neurons/stimuli/recorded.ts';

// Exports for encoding images and numbers as spike trains

export {
  amplitudeTrains,
  burstTrains,
  intervalTrains,
  latencyTrains,
  rankOrderTrains,
  rateTrains,
} from '../neurons/encoders/codes.ts';
export type { EncodedStimulus, UniformDraw } from '../neurons/encoders/encoded.ts';
