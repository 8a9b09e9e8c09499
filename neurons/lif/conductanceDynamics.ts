import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import { timeAfter } from '../parts/perNeuron.ts';
import { ClampedDynamics } from './clampedDynamics.ts';
import { computeConductancePotential, findConductanceCrossing, findThresholdCrossing } from './conductancePotential.ts';
import { EXACT_CROSSING_HORIZON } from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

export const INHIBITORY_RECEPTOR_INDEX = 1;

/** Base class of LIF neurons with exponential conductances; equations as in `LifConductance`. */
abstract class ConductanceDynamics extends ClampedDynamics {
  readonly receptors = ['excitatory', 'inhibitory'];
  /** Excitatory conductance of each neuron at time `vTimes`, in leak conductances. */
  protected readonly gExc: Float64Array;
  protected readonly gInh: Float64Array;
  protected readonly reversalPotentials: readonly [number, number];
  readonly #name;
  readonly #leakConductance: number | undefined;

  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext, synapseBytes: number) {
    super(p, membranes, context, synapseBytes);
    this.#name = context.name;
    this.#leakConductance = p.leakConductance;
    this.reversalPotentials = [p.reversalExc, p.reversalInh];
    this.gExc = context.arena.f64(p.size);
    this.gInh = context.arena.f64(p.size);
  }

  receiveArrival(neuron: number, weight: number, receptor: number | undefined, t: number) {
    if (receptor !== undefined) refuseNegativeWeight(weight, this.#name, this.receptors[receptor]!);
    this.advanceTo(neuron, t);
    const inhibitory = receptor === undefined ? weight < 0 : receptor === INHIBITORY_RECEPTOR_INDEX;
    (inhibitory ? this.gInh : this.gExc)[neuron]! += Math.abs(weight) * this.leakResistance(neuron);
  }

  /** Potential at t without arrivals, given the potential `begin` at `from`; both in mV above the steady potential. */
  protected abstract potentialRelativeToVInf(neuron: number, begin: number, from: number, t: number): number;

  protected potentialAfter(neuron: number, begin: number, from: number, t: number): number {
    const vInf = this.membranes.vInf.getValue(neuron);
    return vInf + this.potentialRelativeToVInf(neuron, begin - vInf, from, t);
  }

  protected clearSynapticState(neuron: number) {
    this.gExc[neuron] = this.gInh[neuron] = 0;
  }

  get quantities(): Readonly<Record<string, Quantity>> {
    const of = (g: Float64Array, inhibitory: 0 | 1): Quantity => ({
      unit: 'nS',
      owner: 'neuron',
      read: (neuron, t) =>
        (g[neuron]! * this.decayFactor(t - this.vTimes[neuron]!, inhibitory)) / this.leakResistance(neuron),
    });
    return { excitatoryConductance: of(this.gExc, 0), inhibitoryConductance: of(this.gInh, 1) };
  }

  protected abstract decayFactor(duration: number, inhibitory: 0 | 1): number;

  /**
   * Initial values of a prediction: start (ms; t, or the release of a refractory neuron), potential u and threshold theta + `above`
   * e^(-kappa x), both in mV above vInf; x is time in membrane time constants.
   */
  protected computePredictionStart(neuron: number, t: number) {
    const { thresholds, membranes } = this;
    const vInf = membranes.vInf.getValue(neuron);
    const start = this.findClampEnd(neuron, t);
    const above = thresholds.offsetAt(neuron, start);
    const decays = thresholds.decayRate > 0;
    return {
      start,
      u: this.potential(neuron, start) - vInf,
      theta: thresholds.origin.getValue(neuron) - vInf + (decays ? 0 : above),
      above: decays ? above : 0,
      kappa: thresholds.decayRate * membranes.tau.getValue(neuron),
    };
  }

  /** `start` + `wait`, rounded to the time grid, ms; `wait` is in membrane time constants. */
  protected timeAfterWait(neuron: number, start: number, wait: number): number {
    return timeAfter(start, wait * this.membranes.tau.getValue(neuron));
  }

  protected leakResistance(neuron: number): number {
    const { capacitance, tau } = this.membranes;
    return 1 / (this.#leakConductance ?? capacitance.getValue(neuron) / tau.getValue(neuron));
  }
}

/**
 * LIF neuron with two conductances of one time constant, in closed form: the common reversal potential (ge Ee + gi Ei)/(ge + gi) changes
 * only at arrivals.
 */
export class OneTauConductanceDynamics extends ConductanceDynamics {
  readonly state;
  readonly #tauSyn;
  readonly #rateSyn;

  constructor(p: LifParams, tauSyn: number, membranes: MembraneParameters, context: ModelContext) {
    super(p, membranes, context, 32);
    this.#tauSyn = tauSyn;
    this.#rateSyn = 1 / tauSyn;
    this.state = { ...this.membraneState, exc: this.gExc, inh: this.gInh };
  }

  protected decayFactor(duration: number): number {
    return exp(-duration * this.#rateSyn);
  }

  protected predictCrossing(neuron: number, t: number): number {
    const { start, u, theta, above, kappa } = this.computePredictionStart(neuron, t);
    const g = this.#sumConductances(neuron) * exp((this.vTimes[neuron]! - start) * this.#rateSyn);
    const reversal = this.#computeCommonReversalPotential(neuron);
    const tauRatio = this.#tauSyn / this.membranes.tau.getValue(neuron);
    const wait = findConductanceCrossing(u, g, reversal, tauRatio, theta, above, kappa);
    return this.timeAfterWait(neuron, start, wait);
  }

  protected potentialRelativeToVInf(neuron: number, begin: number, from: number, t: number): number {
    const g = this.#sumConductances(neuron) * exp((this.vTimes[neuron]! - from) * this.#rateSyn);
    const tau = this.membranes.tau.getValue(neuron);
    return computeConductancePotential(
      begin,
      g,
      this.#computeCommonReversalPotential(neuron),
      this.#tauSyn / tau,
      (t - from) / tau,
    );
  }

  protected decaySynapticState(neuron: number, t: number) {
    const fade = this.decayFactor(t - this.vTimes[neuron]!);
    this.gExc[neuron]! *= fade;
    this.gInh[neuron]! *= fade;
  }

  #sumConductances(neuron: number): number {
    return this.gExc[neuron]! + this.gInh[neuron]!;
  }

  #computeCommonReversalPotential(neuron: number): number {
    const g = this.#sumConductances(neuron);
    const vInf = this.membranes.vInf.getValue(neuron);
    const [exc, inh] = this.reversalPotentials;
    return g === 0 ? 0 : (this.gExc[neuron]! * (exc - vInf) + this.gInh[neuron]! * (inh - vInf)) / g;
  }
}

/**
 * LIF neuron with conductances of two time constants, for decaying thresholds and groups (otherwise `TwoTauConductances` is used);
 * equations as in `LifConductance`.
 */
export class TwoTauConductanceDynamics extends ConductanceDynamics {
  readonly state;
  readonly #isLowerBound;
  readonly #tauSyn;
  readonly #kernelState;
  readonly #kernelParams;
  readonly #kernels;

  constructor(
    p: LifParams,
    taus: Exclude<LifParams['tauSyn'], number>,
    membranes: MembraneParameters,
    context: ModelContext,
  ) {
    super(p, membranes, context, 33);
    const { arena } = context;
    this.#isLowerBound = arena.u8(p.size);
    this.#tauSyn = taus;
    this.#kernelState = arena.f64(4);
    this.#kernelParams = arena.f64(4);
    this.#kernels = arena.kernels;
    this.state = { ...this.membraneState, exc: this.gExc, inh: this.gInh, early: this.#isLowerBound };
  }

  protected decayFactor(duration: number, inhibitory: 0 | 1): number {
    return exp(-duration / (inhibitory === 1 ? this.#tauSyn.inhibitory : this.#tauSyn.excitatory));
  }

  protected predictCrossing(neuron: number, t: number): number {
    const { start, u, theta, above, kappa } = this.computePredictionStart(neuron, t);
    const [g, h] = this.#computeConductances(neuron, start);
    const [r, s, e, f] = this.#kernelParams as unknown as readonly [number, number, number, number];
    this.#isLowerBound[neuron] = 0;
    if (kappa === 0) {
      this.#kernelState.set([u, 0, g, h]);
      const wait = this.#kernels.boundTwoConductancesState(this.#kernelState, this.#kernelParams, theta);
      if (wait === Infinity) return wait;
      if (wait > EXACT_CROSSING_HORIZON) return this.#predictLowerBound(neuron, start, wait);
    }
    const drives = [
      { g, e, rate: r },
      { g: h, e: f, rate: s },
    ];
    const potential = (x: number) => this.#advancePotential(u, g, h, x);
    const horizon = kappa > 0 ? Infinity : 2 * EXACT_CROSSING_HORIZON;
    const wait = findThresholdCrossing(potential, drives, theta, above, kappa, horizon);
    if (kappa === 0 && wait === Infinity) return this.#predictLowerBound(neuron, start, horizon);
    return this.timeAfterWait(neuron, start, wait);
  }

  override confirmsSpike(neuron: number): boolean {
    return this.#isLowerBound[neuron] === 0;
  }

  protected potentialRelativeToVInf(neuron: number, begin: number, from: number, t: number): number {
    const [g, h] = this.#computeConductances(neuron, from);
    return this.#advancePotential(begin, g, h, (t - from) / this.membranes.tau.getValue(neuron));
  }

  protected decaySynapticState(neuron: number, t: number) {
    [this.gExc[neuron], this.gInh[neuron]] = this.#computeConductances(neuron, t);
  }

  /** Marks the prediction as a lower bound and returns it, ms; `wait`: membrane time constants after `start`. */
  #predictLowerBound(neuron: number, start: number, wait: number): number {
    this.#isLowerBound[neuron] = 1;
    return this.timeAfterWait(neuron, start, wait);
  }

  /**
   * Potential relative to vInf, `time` membrane time constants after potential u and conductances g (excitatory) and h. Call
   * `#computeConductances` first.
   */
  #advancePotential(u: number, g: number, h: number, time: number): number {
    this.#kernelState.set([u, 0, g, h]);
    this.#kernels.advanceTwoConductances(this.#kernelState, this.#kernelParams, time);
    return this.#kernelState[0]!;
  }

  /** Conductances of a neuron at t, in leak conductances; fills `#kernelParams`. */
  #computeConductances(neuron: number, t: number): [g: number, h: number] {
    const tau = this.membranes.tau.getValue(neuron);
    const vInf = this.membranes.vInf.getValue(neuron);
    const [r, s] = [tau / this.#tauSyn.excitatory, tau / this.#tauSyn.inhibitory];
    this.#kernelParams.set([r, s, this.reversalPotentials[0] - vInf, this.reversalPotentials[1] - vInf]);
    const dt = (t - this.vTimes[neuron]!) / tau;
    if (dt === 0) return [this.gExc[neuron]!, this.gInh[neuron]!];
    return [this.gExc[neuron]! * exp(-dt * r), this.gInh[neuron]! * exp(-dt * s)];
  }
}

export function refuseNegativeWeights(edges: Edges, row: number, factor: number, name: string, receptor: string) {
  if (edges.minWeight === 0 && factor >= 0) return;
  const end = getRowEnd(edges, row);
  for (let k = getRowStart(edges, row); k < end; k++) {
    const weight = (edges.weights === null ? edges.weight : edges.weights[k]!) * factor;
    refuseNegativeWeight(weight, name, receptor);
  }
}

function refuseNegativeWeight(weight: number, name: string, receptor: string) {
  if (!(weight < 0)) return;
  throw new UserError(
    `${name}: a weight of ${weight} nS arrived at receptor "${receptor}", but weights must be >= 0 nS if the projection selects a receptor.`,
  );
}
