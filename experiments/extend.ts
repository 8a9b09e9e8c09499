/**
 * `memspike/extend`: declarations and building blocks for your own models. To use your module, name it under `models`
 * in a network file or with `--models` on the command line.
 */

export type { Model, ModelDeclaration, ModelKind, ModelMetadata, Params } from '../core/declare/define.ts';
export { defineModulator, defineNeuron, defineRule, defineShortTerm, defineStimulus } from '../core/declare/define.ts';
export type { Distribution } from '../core/declare/distribution.ts';
export { createSampler } from '../core/declare/distribution.ts';
export { UserError } from '../core/declare/errors.ts';
// Functions that declare model parameters, and their types: a project with `declaration: true` needs the types.
export {
  choice,
  type Defaulted,
  described,
  distribution,
  flag,
  integer,
  type Mapping,
  named,
  number,
  object,
  oneOf,
  optional,
  type Param,
  type Shape,
  text,
} from '../core/declare/params.ts';
export { hzToPerMs, UNITS } from '../core/declare/units.ts';
export type * from '../core/factories.ts';
export {
  type Edges,
  getColumnEdge,
  getColumnLength,
  getColumnRow,
  getRowEnd,
  getRowStart,
  type Transpose,
} from '../core/graph/edges.ts';
export type { DeviceHooks, NeuronHooks, Quantity, RuleHooks, StimulusHooks } from '../core/hooks.ts';
export type { Arena, Floats, Precision, StateArrays } from '../core/kernels/arena.ts';
export type { StepFamily } from '../core/kernels/devices.ts';
export { exp } from '../core/math.ts';
export type * from '../core/model.ts';
export { CounterRandom, RandomStream, type Seed } from '../core/random/random.ts';
export { snap, TICK, validateTime } from '../core/time.ts';
export type * from '../core/usage.ts';
export { createOdePopulation, type OdeEquations, toleranceParam } from '../neurons/parts/ode.ts';
export { type NeuronDynamics, PerNeuronPopulation, timeAfter } from '../neurons/parts/perNeuron.ts';
export { RecordedSpikes } from '../neurons/stimuli/recorded.ts';
export type { Cell, CellContext, CellFactory, StepFunction as Step } from '../synapses/devices/array/cell.ts';
export { createFamilyStep } from '../synapses/devices/array/cell.ts';
export type {
  ConductanceParamSchemas as ConductanceShape,
  ReadParamSchemas as ReadShape,
} from '../synapses/devices/array/range.ts';
export { type CommonParamSchemas as CommonShape, defineDevice } from '../synapses/devices/defineDevice.ts';
export { joinStates } from '../synapses/joinStates.ts';
export { LastSpikes } from '../synapses/rules/lastSpikes.ts';
export { Traces } from '../synapses/rules/trace.ts';
