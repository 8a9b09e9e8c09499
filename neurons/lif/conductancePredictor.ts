import type { Arena } from '../../core/kernels/arena.ts';
import type { SynapseRow } from '../../core/kernels/scalarRows.ts';
import { snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { TimerWheel } from '../parts/timerWheel.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/**
 * Check state, the last state variable of a neuron. `CROSSING_SCHEDULED_MARK`: crossing in the heap; `CANDIDATE_MARK`: checked at this tick. Other
 * values < 0: minus the time of the next check, ms; values >= 0: time until which the neuron stays below threshold, ms.
 */
export const CROSSING_SCHEDULED_MARK = -Infinity;
export const CANDIDATE_MARK = -1 / 2 ** 40;
const INTERVAL_END = 2;

export const REFRACTORY_MARK = -Infinity;

/**
 * State of neurons with conductances, in closed form (`OneTauConductances`) or by a series (`TwoTauConductances`). Potentials are relative
 * to the steady potential without synaptic input, mV.
 */
export abstract class ConductanceState {
  /** Number of state variables per neuron in `states`; the last is the check state, see `CROSSING_SCHEDULED_MARK`. */
  readonly stateVariableCount: number;
  readonly states;
  /** Array [reference time, unused, end of the check interval], ms. */
  readonly timeState;
  /** Parameters of kernels; elements 8 to 10 are the current time, tau and the end of the check interval, ms. */
  readonly params;
  readonly state;
  /** Threshold of each neuron minus the steady potential without synaptic input, mV. */
  readonly thresholdOffsets: Float64Array;
  readonly tau: number;
  readonly minTau: number;
  readonly candidates;
  /** Potential of each candidate (neuron that may reach threshold soon), mV. */
  readonly candidatePotentials;
  candidateCount = 0;
  protected readonly leakConductance: number;
  protected readonly reversalPotentials: readonly [number, number];

  constructor(
    p: LifParams,
    membranes: MembraneParameters,
    synapticTaus: readonly number[],
    bar: Float64Array,
    fieldCount: number,
    arena: Arena,
  ) {
    this.stateVariableCount = fieldCount;
    this.states = arena.f64(fieldCount * p.size);
    this.timeState = arena.f64(3);
    this.params = arena.f64(13);
    this.state = { u: this.states, clock: this.timeState };
    this.thresholdOffsets = bar;
    this.params[9] = this.tau = membranes.tau.getValue(0);
    this.minTau = Math.min(this.tau, ...synapticTaus);
    this.candidates = arena.u32(p.size + 1);
    this.candidatePotentials = arena.f64(p.size + 1);
    this.leakConductance = p.leakConductance ?? membranes.capacitance.getValue(0) / this.tau;
    this.reversalPotentials = [p.reversalExc - membranes.vInf.getValue(0), p.reversalInh - membranes.vInf.getValue(0)];
  }

  get intervalEnd() {
    return this.timeState[INTERVAL_END]!;
  }
  set intervalEnd(t: number) {
    this.timeState[INTERVAL_END] = this.params[10] = t;
  }

  /** Sets the check state of a neuron: time of its next threshold check, or a mark; see `CROSSING_SCHEDULED_MARK`. */
  setCheckState(neuron: number, value: number) {
    this.states[this.stateVariableCount * (neuron + 1) - 1] = value;
  }

  isRefractory(neuron: number): boolean {
    return this.states[this.stateVariableCount * neuron] === REFRACTORY_MARK;
  }

  /** Sets all conductances to 0 and removes all predictions. */
  clearNeuronStates() {
    this.states.fill(0);
  }

  abstract advanceTo(t: number): void;
  abstract onCheckpointLoaded(): void;
  /**
   * Prepares the delivery of arrivals at the current time with weights (nS) × `factor`. Target conductance: inhibitory if `inhibitory` is
   * true, by the sign of the weight if it is null.
   */
  abstract prepareArrivals(factor: number, inhibitory: boolean | null): void;
  /** Delivers arrivals at edges `from` … `to - 1`; appends neurons that may reach threshold to `candidates`. */
  abstract receiveArrivals(edges: SynapseRow, from: number, to: number): void;
  /** Clamps neuron j; its conductances continue to decay. */
  abstract setRefractory(neuron: number): void;
  abstract setPotential(neuron: number, mV: number, t: number): void;
  abstract potential(neuron: number, t: number): number;
  abstract conductance(neuron: number, t: number, inhibitory: 0 | 1): number;
  /** Potential of a neuron at t, mV, given its potential `mV` at time `start`. */
  abstract potentialFrom(neuron: number, mV: number, start: number, t: number): number;
  /** Lower bound of the time from t to the threshold crossing, ms; Infinity: no crossing, 0: at threshold. `mV`: potential at t. */
  abstract boundTimeToThreshold(neuron: number, t: number, mV?: number): number;
  /** Lower bound of the time below threshold after the release of a refractory neuron at `mV` without arrivals, ms. */
  abstract boundReleaseToThresholdTime(neuron: number, mV: number): number;
  /** Time at which a neuron reaches its threshold without arrivals, ms; Infinity if never. */
  abstract computeCrossingTime(neuron: number, t: number): number;
}

/**
 * Lower bound of the time, in membrane time constants, in which potential U rises from `mV` to `threshold`, if U' = -U + g (E - U) with a
 * synaptic drive g (E - U) of at most `maxDrive`, mV.
 */
export const boundRiseTime = (mV: number, threshold: number, maxDrive: number) =>
  mV >= threshold ? 0 : maxDrive > mV ? (threshold - mV) / (maxDrive - mV) : Infinity;

/** Maximum time to a crossing that is computed exactly, in time constants. Later crossings get a lower bound. */
export const EXACT_CROSSING_HORIZON = 1 / 64;

/**
 * Predicts the threshold crossings of neurons with conductances. V can reach the threshold from below only while ge (Ee - theta) + gi (Ei -
 * theta) > theta - R I, with threshold theta; otherwise nothing is predicted. While this condition holds, V rises ever more slowly, so its slope bounds the time
 * below threshold. Only neurons that may cross within the check interval are checked, and a crossing is computed only when a check finds it
 * near.
 */
export class ConductancePredictor {
  readonly state;
  readonly record;
  readonly #conductances;
  readonly #wheel;
  readonly #heap;
  readonly #exactCrossingHorizon;
  readonly #checkInterval;

  constructor(s: ConductanceState, arena: Arena) {
    const n = s.thresholdOffsets.length;
    this.#conductances = s;
    this.#exactCrossingHorizon = s.minTau * EXACT_CROSSING_HORIZON;
    this.#checkInterval = snap(s.minTau / 8) + TICK;
    this.#wheel = new TimerWheel(n, this.#exactCrossingHorizon / 2, arena);
    this.#heap = new IndexedHeap(n, arena);
    this.state = { crossings: this.#heap.times, ...this.#wheel.state };
    this.record = {
      near: this.#exactCrossingHorizon,
      checkEnd: this.#checkInterval,
      ...this.#wheel.record,
      ...this.#heap.record,
    };
    s.intervalEnd = Infinity;
  }

  get nextEventTime() {
    return Math.min(this.#wheel.nextTime, this.#conductances.intervalEnd, this.#heap.nextTime);
  }

  onCheckpointLoaded() {
    this.#wheel.rebuildLinkedLists();
    this.#heap.rebuildHeap();
    this.#conductances.params[10] = this.#conductances.intervalEnd;
  }

  runDueChecks(t: number) {
    if (this.#conductances.intervalEnd <= t) this.#startCheckInterval(t);
    for (let neuron = this.#wheel.popDueNeuron(t); neuron >= 0; neuron = this.#wheel.popDueNeuron(t))
      this.predictCrossing(neuron, t);
  }

  collectCrossings(t: number, fired: Uint32Array): number {
    let count = 0;
    while (this.#heap.nextTime <= t) {
      const neuron = this.#heap.firstIndex;
      this.#unscheduleNeuron(neuron, t, Infinity);
      fired[count++] = neuron;
    }
    if (count > 1) fired.subarray(0, count).sort();
    return count;
  }

  predictAllCrossings(t: number) {
    for (let neuron = 0; neuron < this.#conductances.thresholdOffsets.length; neuron++) this.predictCrossing(neuron, t);
  }

  /** Schedules a check or a crossing of neuron j, or stores the time until which neither is needed. */
  predictCrossing(neuron: number, t: number, mV?: number) {
    const s = this.#conductances;
    const wait = s.isRefractory(neuron) ? Infinity : s.boundTimeToThreshold(neuron, t, mV);
    if (wait < Infinity && s.intervalEnd === Infinity) s.intervalEnd = t + this.#checkInterval;
    if (t + wait >= s.intervalEnd) {
      this.#unscheduleNeuron(neuron, t, t + wait);
      return;
    }
    if (wait > this.#exactCrossingHorizon) {
      this.#heap.setTime(neuron, Infinity);
      this.#scheduleCheck(neuron, t + wait, t);
      return;
    }
    const crossing = s.computeCrossingTime(neuron, t);
    this.#unscheduleNeuron(neuron, t, crossing < Infinity ? CROSSING_SCHEDULED_MARK : Infinity);
    this.#heap.setTime(neuron, crossing === t ? t : Math.max(snap(crossing), t + TICK));
  }

  predictReleasedNeuron(neuron: number, t: number, until: number) {
    if (until >= this.#conductances.intervalEnd) this.#conductances.setCheckState(neuron, until);
    else this.predictCrossing(neuron, t);
  }

  #scheduleCheck(neuron: number, time: number, t: number) {
    this.#wheel.setTime(neuron, time, t);
    this.#conductances.setCheckState(neuron, -this.#wheel.times[neuron]!);
  }

  #unscheduleNeuron(neuron: number, t: number, until: number) {
    this.#conductances.setCheckState(neuron, until);
    this.#wheel.setTime(neuron, Infinity, t);
    this.#heap.setTime(neuron, Infinity);
  }

  /** Starts a check interval at t and schedules its checks, unless no neuron can cross the threshold without arrivals. */
  #startCheckInterval(t: number) {
    const end = t + this.#checkInterval;
    const { states, stateVariableCount: fieldCount } = this.#conductances;
    let canAnyCross = false;
    this.#conductances.intervalEnd = Infinity;
    for (let neuron = 0, o = fieldCount - 1; o < states.length; neuron++, o += fieldCount) {
      const until = states[o]!;
      if (until >= 0 && until < end) this.#scheduleCheck(neuron, until, t);
      canAnyCross ||= until < Infinity;
    }
    if (canAnyCross) this.#conductances.intervalEnd = end;
  }
}
