import type { State } from '../../core/kernels/arena.ts';
import type { CurrentRow } from '../../core/kernels/scalarRows.ts';

/**
 * Special values of the last state field of a neuron, otherwise the time until which it stays below threshold: `SCHEDULED` if its
 * crossing is in the heap, `LISTED` if it is a candidate of this tick. A neuron in the timer wheel has minus the time of its check.
 */
export const SCHEDULED = -Infinity;
export const LISTED = -1 / 2 ** 40;
/** Indices into `clock`: end of the inhibition of the population; end of the check interval of `ConductancePredictor`, ms. */
export const INHIBITED_UNTIL = 1;
export const INTERVAL_END = 2;

/**
 * State of neurons with conductances, for `LifConductance`: closed form (`OneTauConductances`) or series (`TwoTauConductances`).
 * Potentials are relative to the steady potential without synaptic input, mV.
 */
export interface ConductanceState {
  /** Number of state fields per neuron in `u`; the last is the time until which it stays below threshold without arrivals. */
  readonly fieldCount: number;
  readonly u: Float64Array;
  /** [reference time, end of inhibition, end of the check interval], ms. */
  readonly clock: Float64Array;
  /** Parameters of kernels; element 10 is the end of the check interval. */
  readonly steps: Float64Array;
  readonly state: State;
  /** Shortest time constant, ms. */
  readonly minTau: number;
  /** Advances to t. */
  advanceTo(t: number): void;
  /** Recomputes derived values after `state` was loaded. */
  restored(): void;
  /** Prepares arrivals at the present time: weights (nS) × `factor` go to the selected conductance, or by sign if `inhibitory` is null. */
  setJumps(factor: number, inhibitory: boolean | null): void;
  /** Delivers arrivals along edges; appends neurons that need a check to the `found` candidates, with their potentials. Returns their number. */
  receive(
    bar: Float64Array,
    edges: CurrentRow,
    potentialFrom: number,
    to: number,
    candidates: Uint32Array,
    values: Float64Array,
    found: number,
  ): number;
  /** True if neuron j is clamped. */
  isRefractory(j: number): boolean;
  /** Clamps neuron j; its conductances continue to decay. */
  setRefractory(j: number): void;
  /** Sets all conductances to 0 and removes all predictions. */
  clear(): void;
  /** Sets conductances (nS) and potential (mV) of a neuron at the present time. */
  initialise(j: number, exc: number, inh: number, mV: number): void;
  /** Sets the potential of a neuron at t, mV. */
  setPotential(j: number, mV: number, t: number): void;
  /** Potential of a neuron at t, mV. */
  potential(j: number, t: number): number;
  /** Excitatory (0) or inhibitory (1) conductance of a neuron at t, nS. */
  conductance(j: number, t: number, inhibitory: 0 | 1): number;
  /** Potential at t of a neuron with potential `mV` at `start`, mV. */
  from(j: number, mV: number, start: number, t: number): number;
  /** Lower bound of the time from t, at potential `mV`, until a neuron reaches `bar`, in tau; Infinity: never, 0: already reached. */
  timeBelow(j: number, t: number, bar: number, mV?: number): number;
  /** Lower bound of the time below `bar` after the release of a refractory neuron at `mV` without arrivals, ms. */
  timeBelowAfterRelease(j: number, mV: number, bar: number): number;
  /** Time at which a neuron reaches `bar` without arrivals, ms; Infinity if never. */
  crossing(j: number, t: number, bar: number): number;
}

/** Lower bound of the time (in tau) for which U' = -U + g (E - U) from `mV` stays below `bar` if g (E - U) <= `pull`. */
export const linearTimeBelow = (mV: number, bar: number, pull: number): number =>
  mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity;

/** Crossings further away than this fraction of the shortest time constant are not solved for yet. */
export const NEAR = 1 / 64;

/** Step size at which Newton's method ends, ms. */
export const MIN_STEP = 2 ** -40;

/** True if the Newton step that follows `step` would be below `MIN_STEP`: quadratic convergence, with the extra factor `more`. */
export function isLastStep(step: number, last: number, more = 1): boolean {
  const share = step / last;
  return Math.abs(step) < MIN_STEP || 16 * Math.abs(step * more) * (share * share) < MIN_STEP;
}
