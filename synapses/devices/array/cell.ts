import type { Arena, StateArrays } from '../../../core/kernels/arena.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import { requireFiniteStates } from '../../../core/kernels/pulses.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import type { Endurance } from './endurance.ts';

/**
 * Step function of a device: returns the normalised conductance after one pulse, before clipping to [0, 1]. Strength >
 * 0 is upward; ±1 is a full pulse. If `family` is set, a kernel computes the step.
 */
export interface StepFunction {
  (g: number, strength: number): number;
  readonly family?: StepFamily;
}

/** Creates the step function of a soft-bound or exponential device, bit-identical to the step of the kernel. */
export function createFamilyStep(family: StepFamily): StepFunction {
  const { soft, up, down } = family;
  const step = soft
    ? (g: number, strength: number) => (strength > 0 ? g + up.a * strength * (1 - g) : g + down.a * strength * g)
    : (g: number, strength: number) =>
        strength > 0
          ? g + up.a * strength * (up.b === 0 ? 1 : exp(-up.b * g))
          : g + down.a * strength * (down.b === 0 ? 1 : exp(-down.b * (1 - g)));
  return Object.assign(step, { family });
}

/**
 * Model of the devices of one projection, for models with more state than g or with random draws of their own. g is the
 * normalised conductance of device k, from 0 to 1. Random draws are indexed by (device, pulse number). The device array
 * clips states to [0, 1] and adds non-idealities.
 */
export interface Cell {
  /** State arrays of the devices besides g, the normalised conductance. */
  readonly state: StateArrays;
  /** Initial g of device k, computed from the `g` of its initial weight. Default: the same g. */
  start?(k: number, g: number): number;
  /** State of device k after pulse number n (from 0) at t, ms. Strength > 0 is upward; ±1 is a full pulse. */
  pulse?(k: number, g: number, strength: number, t: number, n: number): number;
  /** Batch version of `pulse`. States of stuck devices are restored later. `workArray` has one number per pulse. */
  pulses?(batch: PulseBatchRecord, workArray: Float64Array): void;
  /** State of device k `dt` ms after a pulse that ended in state g; undefined if states do not relax. */
  readonly relaxed?: (k: number, g: number, dt: number) => number;
  /** State of device k after a long time without pulses, with g its state after the last pulse. */
  relaxedState?(k: number, g: number): number;
  /**
   * Write energy of a pulse to a device in state g, divided by the mean of the conductances before and after the
   * pulse, J/S (V² s). `voltageFraction`: fraction of the write voltage across the device, 1 if it is selected.
   * Absent: writeVoltage² × writeTime.
   */
  joulesPerSiemens?(g: number, strength: number, voltageFraction: number): number;
  /**
   * State of a device after a pulse at a fraction of the write voltage (1: full pulse). n pulses of one strength have the
   * effect of one pulse of n times the strength. Absent: pulses do not merge, or the model has no voltage.
   */
  mergedPulse?(g: number, strength: number, voltageFraction: number): number;
  /** True if `pulses` writes the `joulesPerSiemens` of each pulse itself. */
  readonly fillsJoulesPerSiemens?: boolean;
}

/** Memory, number of devices (`count`) and random numbers for the `Cell` of one projection. */
export interface CellContext {
  readonly arena: Arena;
  readonly count: number;
  random(purpose: string): CounterRandom;
}
/** Function that creates the `Cell` of one projection. */
export interface CellFactory {
  (context: CellContext): Cell;
  /** True if the step depends on the write voltage, so that `mergedPulse` gives the step at a part of that voltage. */
  readonly isVoltageDriven?: boolean;
}

/** Device model: a step function of the normalised conductance g, or a model with more state. */
export interface DeviceKind {
  readonly name: string;
  readonly step: StepFunction | null;
  readonly createCell: CellFactory | null;
}

/**
 * Computes the states after the pulses of a batch (`statesAfter`), before noise and clipping.
 * @throws UserError if a step is NaN
 */
export const createPulseBatchStep =
  ({ step }: DeviceKind, cell: Cell, endurance: Endurance, name: string) =>
  (p: PulseBatchRecord, t: number): void => {
    if (cell.pulses) {
      cell.pulses(p, p.cycleDraws);
      return;
    }
    const { edgeIndices: edges, pulseNumbers, count, strengths, statesBefore, statesAfter } = p;
    let sum = 0; // NaN if any state is NaN
    if (step) for (let i = 0; i < count; i++) sum += statesAfter[i] = step(statesBefore[i]!, strengths[i]!);
    else
      for (let i = 0; i < count; i++) {
        const k = edges[i]!;
        if (!endurance.isStuck(k))
          sum += statesAfter[i] = cell.pulse!(k, statesBefore[i]!, strengths[i]!, t, pulseNumbers[i]!);
      }
    if (Number.isNaN(sum)) requireFiniteStates(p, name);
  };
