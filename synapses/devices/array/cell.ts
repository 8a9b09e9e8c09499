import type { Arena, State } from '../../../core/kernels/arena.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';

/**
 * How a device answers one pulse: the new normalised conductance (before clipping to [0, 1]); strength > 0 is upwards, ±1 a full
 * pulse. A step of a family says so, and a kernel does it.
 */
export interface Step {
  (g: number, strength: number): number;
  readonly family?: StepFamily;
}

/** The step of a family, operation by operation as the kernel does it. */
export function stepOf(family: StepFamily): Step {
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
 * Devices with more state than g, or draws of their own, one projection's at a time: device k is in state g, its conductance as a
 * share of its range. Draws belong to (device, n-th pulse). What is out of [0, 1] is clipped by the array, which also adds the
 * non-idealities.
 */
export interface Cell {
  /** What the devices keep besides g. */
  readonly state: State;
  /** State at the start of a device whose weight says g. */
  start?(k: number, g: number): number;
  /** State after the n-th pulse (from 0), at t ms; strength > 0 is upwards, ±1 a full pulse. */
  pulse?(k: number, g: number, strength: number, t: number, n: number): number;
  /** In its place: those of many devices at once, stuck ones too; `room` is for a draw each. */
  pulses?(b: Pulses, room: Float64Array): void;
  /** State `dt` ms after the last pulse left it at g; absent: it stays. */
  readonly relaxed?: (k: number, g: number, dt: number) => number;
  /** State after a long silence. */
  rest?(k: number, g: number): number;
  /**
   * Square of the voltage times the time of a pulse onto a device in state g, V² s, which the mean of the conductance before and
   * after makes its energy; where the current does not go with the conductance that is read, what gives its ∫ V I dt. `share`:
   * of the voltage, on devices that are not selected; 1 on the one that is. Absent: writeVoltage² writeTime.
   */
  square?(g: number, strength: number, share: number): number;
  /**
   * Largest change of g by a full pulse, over all states and both directions, on a device that sees this share of the voltage.
   * Absent: the model does not say what a part of the voltage does.
   */
  disturbance?(share: number): number;
  /** In place of `square`: `pulses` puts it into the batch, as selected devices see it. */
  readonly pricesPulses?: boolean;
}

export interface CellContext {
  readonly arena: Arena;
  /** Number of devices. */
  readonly count: number;
  /** Random numbers for one purpose. */
  random(purpose: string): CounterRandom;
}
export type CellFactory = (context: CellContext) => Cell;
