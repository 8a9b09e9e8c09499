import type { Arena } from '../../core/kernels/arena.ts';
import type { SynapseRow } from '../../core/kernels/scalarRows.ts';
import { boundTwoConductanceTimeToThreshold } from '../../core/kernels/twoConductances.ts';
import { exp } from '../../core/math.ts';
import { findThresholdCrossing } from './conductancePotential.ts';
import {
  boundRiseTime,
  ConductanceState,
  EXACT_CROSSING_HORIZON,
  isLastNewtonStep,
  REFRACTORY_MARK,
} from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

const SINCE = 1;
/** Maximum number of steps, each a lower bound of the time to the crossing, before the crossing is bracketed instead. */
const MAX_BOUND_STEPS = 24;
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
  #now = 0;
  readonly #conductanceScale;
  readonly #kinetics;
  readonly #addKernel;
  readonly #advanceKernel;
  /** Scratch state [V, unused, ge, gi] of the neuron `#scratchNeuron` at `#scratchTime`, ms. */
  readonly #scratch;
  #scratchNeuron = -1;
  #scratchTime = 0;

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
    this.#addKernel = arena.kernels.addTwoConductances;
    this.#advanceKernel = arena.kernels.advanceTwoConductances;
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
    };
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
    this.#scratchNeuron = -1;
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
    const add = this.#addKernel;
    this.#scratchNeuron = -1;
    this.candidateCount = add(u, bar, edges, from, to, params, candidates, candidatePotentials, candidateCount);
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

  /** Lower bound of the time from t to the crossing, in tau, from the state at the last arrival or, if short, at t. */
  boundTimeToThreshold(neuron: number, t: number): number {
    const bar = this.thresholdOffsets[neuron]!;
    const o = this.stateVariableCount * neuron;
    const since = (this.states[o + SINCE]! - t) / this.tau;
    const wait =
      since +
      boundTwoConductanceTimeToThreshold(
        this.states[o]!,
        this.states[o + 2]!,
        this.states[o + 3]!,
        bar,
        this.#kinetics,
      );
    if (since === 0 || wait * this.tau > this.minTau * EXACT_CROSSING_HORIZON) return wait;
    this.#loadState(neuron, t);
    return boundTwoConductanceTimeToThreshold(
      this.#scratch[0]!,
      this.#scratch[2]!,
      this.#scratch[3]!,
      bar,
      this.#kinetics,
    );
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

  /**
   * Time of the threshold crossing, ms. Halley's method is used if the slope of V changes by less than a quarter up to
   * the crossing. Otherwise each step is a lower bound of the remaining time; once steps are small, the crossing is
   * bracketed. The result does not depend on t.
   */
  computeCrossingTime(neuron: number, t: number): number {
    const bar = this.thresholdOffsets[neuron]!;
    if (this.#scratchNeuron !== neuron || this.#scratchTime !== t) this.#loadState(neuron, t);
    const onward = this.#scratch;
    const { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f } = this.#kinetics;
    if (onward[0]! >= bar) return t;
    let at = t;
    let last = 0;
    for (let k = 0; k < MAX_BOUND_STEPS; k++) {
      const v = onward[0]!;
      const g = onward[2]!;
      const h = onward[3]!;
      const a = g * (e - v);
      const c = h * (f - v);
      const rise = a + c - v;
      const newton = (bar - v) / rise;
      const bend = newton * (1 + g + h + (r * a + s * c) / rise) * 0.5;
      const near =
        Math.abs(newton) * (1 + g + h + Math.max(r, s)) * (Math.abs(a) + Math.abs(c) + Math.abs(v)) < rise / 4;
      const wait = near ? newton / (1 - bend) : boundTwoConductanceTimeToThreshold(v, g, h, bar, this.#kinetics);
      if (wait === Infinity) return wait;
      const step = wait * this.tau;
      at += step;
      if (isLastNewtonStep(step, last, near ? step / last : 1)) return at;
      last = step;
      this.#loadState(neuron, at);
    }
    this.#scratchNeuron = -1;
    const from = onward.slice();
    const [, , g, h] = from as unknown as [number, number, number, number];
    const potential = (wait: number) => {
      onward.set(from);
      this.#advanceScratch(wait);
      return onward[0]!;
    };
    const drives = [
      { g, e, rate: r },
      { g: h, e: f, rate: s },
    ];
    return at + findThresholdCrossing(potential, drives, bar, 0, 0) * this.tau;
  }

  #loadState(neuron: number, t: number) {
    const { states: u } = this;
    const o = this.stateVariableCount * neuron;
    const onward = this.#scratch;
    onward[0] = u[o]!;
    onward[2] = u[o + 2]!;
    onward[3] = u[o + 3]!;
    if (u[o] !== REFRACTORY_MARK) this.#advanceScratch((t - u[o + SINCE]!) / this.tau);
    this.#scratchNeuron = neuron;
    this.#scratchTime = t;
  }

  #loadConductancesAt(neuron: number, t: number) {
    const o = this.stateVariableCount * neuron;
    const time = (t - this.states[o + SINCE]!) / this.tau;
    this.#scratch[2] = this.states[o + 2]! * exp(-this.#kinetics.excDecayRate * time);
    this.#scratch[3] = this.states[o + 3]! * exp(-this.#kinetics.inhDecayRate * time);
    this.#scratchNeuron = -1;
  }

  #advanceScratch(time: number) {
    this.#advanceKernel(this.#scratch, this.params, time);
  }
}
