import type { CounterRandom } from '../random/random.ts';
import type { Differing, PulseCurve, PulseRun, StatefulDevices, StepTable, WearingDevices } from './devices.ts';
import type { Pulses } from './pulses.ts';

/** What the pulses and reads of devices in states go through, stage by stage, and their draws. */
export interface PulseStages {
  /** Puts devices `from` … `to - 1` of a run into the batch, without those that get no pulse: strengths, states, numbers of pulses. */
  takePulses(
    d: StatefulDevices,
    run: PulseRun,
    from: number,
    to: number,
    trace: Float64Array,
    scale: number,
    b: Pulses,
  ): void;
  /**
   * after = where pulses of these strengths lead on the curve of their direction; `squares`, where there are, in proportion to the strength.
   * `levels`: that states are rounded to, and hence asked for again and again (0: any).
   */
  curvePulses(b: Pulses, up: PulseCurve, down: PulseCurve, levels: number): void;
  /** after = before + a step from the table, at the levels in `cycles`, uniform on (0, 1). */
  tablePulses(b: Pulses, table: StepTable): void;
  /** Strengths times the factors of each device, of its upward or downward steps, at its place. */
  scalePulses(b: Pulses, ups: Float32Array, downs: Float32Array): void;
  /** Bounds and shares of steps as wear leaves them; marks those whose device is stuck or takes its last pulse. */
  wearPulses(b: Pulses, w: WearingDevices, lifetimes: Float64Array): void;
  /** The step, if it is of a family; its noise and that of the write by the draws of the batch, share of the step, bounds, levels: in this order. */
  settlePulses(d: StatefulDevices, b: Pulses): void;
  /**
   * Leaves the devices as they are after the pulses, counts these and books what they cost. `differing`: what they differ in, at their places;
   * `stamp`: what is noted of when. `settles`: devices that do not wear, which are to be settled before; and scaled, those of a family.
   */
  putPulses(d: StatefulDevices, b: Pulses, differing: Differing, stamp: number, settles: boolean): void;
  /**
   * All of that, where it can, for a column whose states lie side by side, with the noise of writes and, the other one, of what is shown beside the
   * state; false: it is to go stage by stage.
   */
  pulseColumn?(
    d: StatefulDevices,
    run: PulseRun,
    trace: Float64Array,
    scale: number,
    b: Pulses,
    differing: Differing,
    noise: CounterRandom,
  ): boolean;
  /** Puts devices `start` … of so many into the batch, in the states in which they were left. */
  takeRow(d: StatefulDevices, start: number, count: number, b: Pulses): void;
  /** before = rest + (before - rest) min(programmed × down, 1). */
  fadePulses(b: Pulses, programmed: Float64Array, rest: number, down: number): void;
  /** Puts the weights of devices of a row, as `takeRow` found them, in the states `before` into the edges; returns their conductance altogether, S. */
  showStates(d: StatefulDevices, b: Pulses): number;
  /**
   * The same with currents times `cycles`, less `reference` times `after`, one each (`pair`) or the first for all. A current below
   * `least` is taken for that; conductances are those of the states.
   */
  readStates(d: StatefulDevices, b: Pulses, pair: boolean, reference: number, least: number): number;
  /** out[i] = random.noise(entities[i], counts[i]) for i < n, and other[i] `otherNoise`; arrays have room for a multiple of eight. */
  noise(
    random: CounterRandom,
    entities: Uint32Array,
    counts: Uint32Array,
    n: number,
    out: Float64Array,
    other?: Float64Array | null,
  ): void;
  /** out[i] = random.uniform(entities[i], counts[i]), as there. */
  uniforms(random: CounterRandom, entities: Uint32Array, counts: Uint32Array, n: number, out: Float64Array): void;
  /** x = max(0, 1 + sd x) for the first n; the array has room for a multiple of two. */
  factors(x: Float64Array, n: number, sd: number): void;
}
