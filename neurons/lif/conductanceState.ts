import type { State } from '../../core/kernels/arena.ts';
import type { CurrentRow } from '../../core/kernels/scalarRows.ts';

/**
 * In place of the time until when a neuron stays below threshold: it is in the heap, or arrivals of this instant have listed it. One that is
 * in the wheel has minus the time at which it is looked at again.
 */
export const SCHEDULED = -Infinity;
export const LISTED = -1 / 2 ** 40;
/** Indices into `clock`: potentials are clamped at reset until `HELD`, and the round of `ShuntedWatch` ends at `ROUND`. */
export const INHIBITED_UNTIL = 1;
export const INTERVAL_END = 2;

/** Membranes under conductances, as `LifConductance` asks for them: in closed form, or by a series. Potentials count from that without input. */
export interface ConductanceState {
  /** Numbers a neuron in `u`; the last is the time until when it stays below threshold if nothing arrives. */
  readonly fieldCount: number;
  readonly u: Float64Array;
  /** [its own, two of the owner's] */
  readonly clock: Float64Array;
  /** What kernels take; number 10 is the end of the round. */
  readonly steps: Float64Array;
  readonly state: State;
  /** The shortest time constant, ms. */
  readonly minTau: number;
  /** Goes on to the instant t. */
  advanceTo(t: number): void;
  /** After `state` was loaded. */
  restored(): void;
  /** What weights add at the instant, nS: excitatory if not negative, else inhibitory, or all to the chosen one. */
  setJumps(factor: number, inhibitory: boolean | null): void;
  /** Arrivals along edges at the instant: appends the neurons to be looked at to the `found` suspects, with their potentials; returns how many. */
  receive(
    bar: Float64Array,
    edges: CurrentRow,
    potentialFrom: number,
    to: number,
    suspects: Uint32Array,
    values: Float64Array,
    found: number,
  ): number;
  isRefractory(j: number): boolean;
  setRefractory(j: number): void;
  /** No conductance any more, and nobody is watched. */
  clear(): void;
  /** Gives a neuron its conductances, nS, and potential at the instant that was set. */
  initialise(j: number, exc: number, inh: number, mV: number): void;
  /** Puts a neuron at `mV` at t. */
  setPotential(j: number, mV: number, t: number): void;
  potential(j: number, t: number): number;
  /** The excitatory or the inhibitory conductance at t, nS. */
  conductance(j: number, t: number, inhibitory: 0 | 1): number;
  /** The potential at t of a neuron that was at `mV` at `start`. */
  from(j: number, mV: number, start: number, t: number): number;
  /** For how long from t on a neuron, which is at `mV` then, is sure to stay below `bar`, in tau; Infinity for ever, 0 when it is there. */
  timeBelow(j: number, t: number, bar: number, mV?: number): number;
  /** For how long, ms, a refractory neuron that is released at `mV` from now on is sure to stay below `bar` if nothing arrives. */
  timeBelowAfterRelease(j: number, mV: number, bar: number): number;
  /** When a neuron reaches `bar` if nothing arrives; Infinity for never. */
  crossing(j: number, t: number, bar: number): number;
}

/** For how long, in tau, U' = -U + g (E - U) from `mV` on stays below `bar` while g (E - U) is at most `pull`. */
export const linearTimeBelow = (mV: number, bar: number, pull: number): number =>
  mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity;

/** A crossing that is further away than this share of the shortest time constant is not solved for yet. */
export const NEAR = 1 / 64;

/** Steps of Newton's method below this are the last, ms. */
export const MIN_STEP = 2 ** -40;

/** Whether a step of Newton's method, after the `last` one, is followed by one that is below `FINEST`: errors are squared, and times `more`. */
export function isLastStep(step: number, last: number, more = 1): boolean {
  const share = step / last;
  return Math.abs(step) < MIN_STEP || 16 * Math.abs(step * more) * (share * share) < MIN_STEP;
}
