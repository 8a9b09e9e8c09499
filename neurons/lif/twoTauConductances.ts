import type { Arena } from '../../core/kernels/arena.ts';
import { allocateRecords, RecurrentRecord } from '../../core/kernels/records.ts';
import type { SynapseRow } from '../../core/kernels/scalarRows.ts';
import { exp } from '../../core/math.ts';
import { findThresholdCrossing } from './conductancePotential.ts';
import { boundRiseTime, ConductanceState, EXACT_CROSSING_HORIZON, REFRACTORY_MARK } from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

const SINCE = 1;
/** Maximum age of the stored conductances of refractory neurons, in shortest time constants; older ones are decayed to the present. */
const MAX_REFERENCE_AGE = 40;

/**
 * Neurons with two conductances of different time constants, which have no closed form. A neuron is [V, since, ge, gi, until], advanced at
 * arrivals by a series (`Kernels.advanceTwoConductances`) with an error below 1e-9 mV. Times are in tau; potentials are relative to
 * the steady potential without input. Refractory neurons have V = -Infinity and a common `since`; arrivals add to their conductances,
 * scaled to that time.
 */
export class TwoTauConductances extends ConductanceState {
  readonly record;
  readonly #kernelRecord: RecurrentRecord;
  #now = 0;
  readonly #conductanceScale;
  readonly #kinetics;
  /** State [V, unused, ge, gi] of one neuron at another time. */
  readonly #scratch;
  readonly #kernels;

  constructor(
    p: LifParams,
    { excitatory, inhibitory }: Exclude<LifParams['tauSyn'], number>,
    membranes: MembraneParameters,
    bar: Float64Array,
    arena: Arena,
  ) {
    super(p, membranes, [excitatory, inhibitory], bar, 5, arena);
    this.#conductanceScale = 1 / this.leakConductance;
    const [e, f] = this.reversalPotentials;
    this.#kinetics = {
      excDecayRate: this.tau / excitatory,
      inhDecayRate: this.tau / inhibitory,
      excReversal: e,
      inhReversal: f,
    };
    this.#kernels = arena.kernels;
    this.#scratch = arena.f64(4);
    this.params.set([this.#kinetics.excDecayRate, this.#kinetics.inhDecayRate, e, f]);
    this.params.fill(1, 11);
    this.record = {
      u: this.states,
      stateBytes: this.states.BYTES_PER_ELEMENT * this.stateVariableCount,
      clock: this.timeState,
      steps: this.params,
      uncovered: arena.u32(1),
      tau: this.tau,
      span: MAX_REFERENCE_AGE * this.minTau,
      perUnit: this.#conductanceScale,
      near: this.minTau * EXACT_CROSSING_HORIZON,
    };
    const [record] = allocateRecords(arena, RecurrentRecord, 1) as [RecurrentRecord];
    this.#kernelRecord = Object.assign(record, this.record);
  }

  advanceTo(t: number) {
    this.params[8] = this.#now = t;
    if (t - this.timeState[0]! <= MAX_REFERENCE_AGE * this.minTau) return;
    this.timeState[0] = t;
    this.params.fill(1, 11);
    for (let neuron = 0; neuron < this.states.length / this.stateVariableCount; neuron++)
      if (this.isRefractory(neuron)) this.setRefractory(neuron);
  }

  onCheckpointLoaded() {
    this.params.fill(1, 11);
  }

  prepareArrivals(factor: number, inhibitory: boolean | null) {
    const unit = this.#conductanceScale * factor;
    const steps = this.params;
    steps[4] = inhibitory === true ? 0 : unit;
    steps[5] = inhibitory === true ? unit : 0;
    steps[6] = inhibitory === false ? unit : 0;
    steps[7] = inhibitory === false ? 0 : unit;
    const since = this.#now - this.timeState[0]!;
    steps[11] = exp((steps[0]! * since) / this.tau);
    steps[12] = exp((steps[1]! * since) / this.tau);
  }

  receiveArrivals(edges: SynapseRow, from: number, to: number) {
    const { states: u, thresholdOffsets: bar, params, candidates, candidatePotentials, candidateCount } = this;
    this.candidateCount = this.#kernels.addTwoConductances(
      u,
      bar,
      edges,
      from,
      to,
      params,
      candidates,
      candidatePotentials,
      candidateCount,
    );
  }

  setRefractory(neuron: number) {
    this.setPotential(neuron, REFRACTORY_MARK, this.timeState[0]!);
  }

  setPotential(neuron: number, mV: number, t: number) {
    this.#loadConductancesAt(neuron, t);
    const { states: u } = this;
    const o = this.stateVariableCount * neuron;
    u[o] = mV;
    u[o + SINCE] = t;
    u[o + 2] = this.#scratch[2]!;
    u[o + 3] = this.#scratch[3]!;
  }

  potential(neuron: number, t: number): number {
    this.#loadState(neuron, t);
    return this.#scratch[0]!;
  }

  conductance(neuron: number, t: number, inhibitory: 0 | 1): number {
    this.#loadConductancesAt(neuron, t);
    return this.#scratch[2 + inhibitory]! / this.#conductanceScale;
  }

  potentialFrom(neuron: number, mV: number, start: number, t: number): number {
    this.#loadConductancesAt(neuron, start);
    this.#scratch[0] = mV;
    this.#advanceScratch((t - start) / this.tau);
    return this.#scratch[0]!;
  }

  /** Lower bound of the time from t to the crossing, ms, from the state at the last arrival or, if short, at t. */
  boundTimeToThreshold(neuron: number, t: number): number {
    return this.#kernels.boundTwoConductances(this.#kernelRecord, neuron, t, this.thresholdOffsets[neuron]!);
  }

  boundReleaseToThresholdTime(neuron: number, mV: number): number {
    const o = this.stateVariableCount * neuron;
    const { excReversal: e, inhReversal: f } = this.#kinetics;
    const g = this.states[o + 2]! / this.params[11]!;
    const h = this.states[o + 3]! / this.params[12]!;
    return (
      boundRiseTime(mV, this.thresholdOffsets[neuron]!, g * Math.max(e - mV, 0) + h * Math.max(f - mV, 0)) * this.tau
    );
  }

  /** Time of the threshold crossing, ms; bracketed if the kernel finds no crossing with its number of steps. */
  computeCrossingTime(neuron: number, t: number): number {
    const bar = this.thresholdOffsets[neuron]!;
    const crossing = this.#kernels.findTwoConductancesCrossing(this.#kernelRecord, neuron, t, bar);
    if (!Number.isNaN(crossing)) return crossing;
    this.#loadState(neuron, t);
    const from = this.#scratch.slice();
    const [, , g, h] = from as unknown as [number, number, number, number];
    const potential = (wait: number) => {
      this.#scratch.set(from);
      this.#advanceScratch(wait);
      return this.#scratch[0]!;
    };
    const { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f } = this.#kinetics;
    const drives = [
      { g, e, rate: r },
      { g: h, e: f, rate: s },
    ];
    return t + findThresholdCrossing(potential, drives, bar, 0, 0) * this.tau;
  }

  #loadState(neuron: number, t: number) {
    const { states: u } = this;
    const o = this.stateVariableCount * neuron;
    const onward = this.#scratch;
    onward[0] = u[o]!;
    onward[2] = u[o + 2]!;
    onward[3] = u[o + 3]!;
    if (u[o] !== REFRACTORY_MARK) this.#advanceScratch((t - u[o + SINCE]!) / this.tau);
  }

  #loadConductancesAt(neuron: number, t: number) {
    const o = this.stateVariableCount * neuron;
    const time = (t - this.states[o + SINCE]!) / this.tau;
    this.#scratch[2] = this.states[o + 2]! * exp(-this.#kinetics.excDecayRate * time);
    this.#scratch[3] = this.states[o + 3]! * exp(-this.#kinetics.inhDecayRate * time);
  }

  #advanceScratch(time: number) {
    this.#kernels.advanceTwoConductances(this.#scratch, this.params, time);
  }
}
