import type { Arena } from '../../core/kernels/arena.ts';
import {
  boundTimeToThreshold,
  lookUpAttractor,
  lookUpExp,
  MAX_TABLE_ARGUMENT,
  MIN_TABLE_ARGUMENT,
} from '../../core/kernels/conductances.ts';
import { allocateRecords, RecurrentRecord } from '../../core/kernels/records.ts';
import type { SynapseRow } from '../../core/kernels/scalarRows.ts';
import { exp, log } from '../../core/math.ts';
import {
  computeAttractorPotentialAnyB,
  createAttractorTable,
  findConductanceCrossing,
} from './conductancePotential.ts';
import { boundRiseTime, CANDIDATE_MARK, ConductanceState, REFRACTORY_MARK } from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

const FIELDS = 4;
const SUM = 1;
const REVERSAL = 2;
const UNTIL = 3;

/** Maximum time since the reference time of the state, in units of the shorter time constant; limits rounding errors. */
const MAX_REFERENCE_AGE = 40;

/**
 * Maximum of b (conductance × synaptic time constant) for which e^-b is a normal floating-point number. At larger b, the potential follows
 * `computeAttractorPotential`.
 */
const MAX_EXPONENT = 708;

/**
 * Neurons whose conductances decay with one shared time constant ts, in closed form (Brette 2006, doi:10.1162/neco.2006.18.8.2004). Times are
 * in tau since the reference time; potentials are relative to the steady potential without input. With b = ts g, U' = -U + g (E - U) has
 * the solutions U = C e^(b - t) + E P(b), where P is the tabulated function `computeAttractorPotential`. The state of a neuron is [C, sum, reversal,
 * check state], with b = sum e^(-t/ts) and b E = reversal e^(-t/ts). It is constant between arrivals. An arrival changes sum and reversal,
 * and C so that U stays continuous. A refractory neuron has C = -Infinity.
 */
export class OneTauConductances extends ConductanceState {
  readonly attractorTable;
  readonly record;
  /** Time of the cached synaptic decay factor e^(-t/ts), ms; NaN: none. */
  #decayTime = Number.NaN;
  #lastDecay = 0;
  #cachedNeuron = -1;
  #cachedTime = 0;
  #cachedPotential = 0;
  readonly #tauRatio;
  readonly #maxReferenceAge;
  readonly #conductanceScale;
  readonly #edgesOutsideTable;
  readonly #kernels;
  readonly #kernelRecord: RecurrentRecord;

  constructor(p: LifParams, tauSyn: number, membranes: MembraneParameters, bar: Float64Array, arena: Arena) {
    super(p, membranes, [tauSyn], bar, FIELDS, arena);
    this.#tauRatio = tauSyn / this.tau;
    this.#maxReferenceAge = MAX_REFERENCE_AGE * this.minTau;
    this.#edgesOutsideTable = arena.u32(p.size + 1);
    this.#kernels = arena.kernels;
    this.#conductanceScale = this.#tauRatio / this.leakConductance;
    const table = createAttractorTable(this.#tauRatio);
    this.attractorTable = arena.f64(table.length);
    this.attractorTable.set(table);
    this.params[0] = 1;
    this.params[3] = this.#tauRatio;
    this.record = {
      u: this.states,
      stateBytes: this.states.BYTES_PER_ELEMENT * FIELDS,
      clock: this.timeState,
      table: this.attractorTable,
      steps: this.params,
      uncovered: this.#edgesOutsideTable,
      tau: this.tau,
      ratio: this.#tauRatio,
      span: this.#maxReferenceAge,
      perUnit: this.#conductanceScale,
      excReversal: this.reversalPotentials[0],
      inhReversal: this.reversalPotentials[1],
    };
    const [record] = allocateRecords(arena, RecurrentRecord, 1) as [RecurrentRecord];
    this.#kernelRecord = Object.assign(record, this.record);
  }

  advanceTo(t: number) {
    this.params[8] = t;
    if (t - this.timeState[0]! > this.#maxReferenceAge) this.#moveReferenceTime(t);
  }

  onCheckpointLoaded() {
    this.params[0] = 1;
    this.#decayTime = Number.NaN;
    this.#cachedNeuron = -1;
  }

  prepareArrivals(factor: number, inhibitory: boolean | null) {
    const now = this.params[8]!;
    this.params[0] = this.#decayFactor(now);
    this.params[1] = exp((this.timeState[0]! - now) / this.tau);
    this.params[2] = 1 / this.params[1]!;
    const unit = (this.#conductanceScale * factor) / this.params[0]!;
    for (const k of [0, 1] as const) {
      this.params[4 + 2 * k] = unit;
      this.params[5 + 2 * k] = unit * this.reversalPotentials[inhibitory === null ? k : (Number(inhibitory) as 0 | 1)];
    }
  }

  setRefractory(neuron: number) {
    this.states[FIELDS * neuron] = REFRACTORY_MARK;
  }

  setPotential(neuron: number, mV: number, t: number) {
    this.#cachedNeuron = -1;
    this.states[FIELDS * neuron] = this.#computeIntegrationConstant(neuron, mV, t);
  }

  potential(neuron: number, t: number): number {
    return this.#computePotential(this.states[FIELDS * neuron]!, neuron, t);
  }

  /** Conductance at t, nS; NaN if both reversal potentials are equal. */
  conductance(neuron: number, t: number, inhibitory: 0 | 1): number {
    const [own, other] = [this.reversalPotentials[inhibitory], this.reversalPotentials[1 - inhibitory]!];
    const o = FIELDS * neuron;
    const sum = (this.states[o + REVERSAL]! - this.states[o + SUM]! * other) / (own - other);
    return (Math.max(sum, 0) * this.#decayFactor(t)) / this.#conductanceScale;
  }

  potentialFrom(neuron: number, mV: number, start: number, t: number): number {
    return this.#computePotential(this.#computeIntegrationConstant(neuron, mV, start), neuron, t);
  }

  receiveArrivals(edges: SynapseRow, from: number, to: number) {
    this.candidateCount = this.#kernels.addConductances(
      this.states,
      this.thresholdOffsets,
      this.attractorTable,
      edges,
      from,
      to,
      this.params,
      this.candidates,
      this.candidatePotentials,
      this.candidateCount,
      this.#edgesOutsideTable,
    );
    if (this.#edgesOutsideTable[0]! > 0) this.deliverWithoutTable(edges, from);
  }

  /** Delivers arrivals that the kernel skipped because the neuron's conductance is outside the table. */
  deliverWithoutTable(edges: SynapseRow, from: number) {
    for (let k = 1; k <= this.#edgesOutsideTable[0]!; k++) {
      const edge = this.#edgesOutsideTable[k]!;
      const neuron = edges.targets === null ? edge - from : edges.targets[edge]!;
      const mV = this.#receiveArrival(neuron, edges.weights === null ? edges.weight : edges.weights[edge]!);
      if (mV === REFRACTORY_MARK || this.states[FIELDS * neuron + UNTIL] === CANDIDATE_MARK) continue;
      this.setCheckState(neuron, CANDIDATE_MARK);
      this.candidatePotentials[this.candidateCount] = mV;
      this.candidates[this.candidateCount++] = neuron;
    }
  }

  #receiveArrival(neuron: number, w: number): number {
    const o = FIELDS * neuron;
    const now = this.params[8]!;
    const mV = this.isRefractory(neuron) ? REFRACTORY_MARK : this.potential(neuron, now);
    this.states[o + SUM]! += w >= 0 ? w * this.params[4]! : -w * this.params[6]!;
    this.states[o + REVERSAL]! += w >= 0 ? w * this.params[5]! : -w * this.params[7]!;
    if (mV !== REFRACTORY_MARK) this.setPotential(neuron, mV, now);
    return mV;
  }

  boundTimeToThreshold(neuron: number, t: number, mV = this.potential(neuron, t)): number {
    this.#cachedNeuron = neuron;
    this.#cachedTime = t;
    this.#cachedPotential = mV;
    const fade = this.#decayFactor(t);
    const o = FIELDS * neuron;
    const [b, reversal] = [this.states[o + SUM]! * fade, this.states[o + REVERSAL]! * fade];
    const wait = boundTimeToThreshold(b, reversal, mV, this.thresholdOffsets[neuron]!, this.#tauRatio);
    return wait * this.#tauRatio * this.tau;
  }

  boundReleaseToThresholdTime(neuron: number, mV: number): number {
    const o = FIELDS * neuron;
    const fade = this.params[0]! / this.#tauRatio; // decay factor at the last arrival, an upper bound of the present decay factor
    const pull = Math.max(this.states[o + REVERSAL]! - mV * this.states[o + SUM]!, 0) * fade;
    return boundRiseTime(mV, this.thresholdOffsets[neuron]!, pull) * this.tau;
  }

  /** Time of the threshold crossing, ms: from the kernel or, where the kernel finds none, by the general method. */
  computeCrossingTime(neuron: number, t: number): number {
    const bar = this.thresholdOffsets[neuron]!;
    const isCached = this.#cachedNeuron === neuron && this.#cachedTime === t;
    const mV = isCached ? this.#cachedPotential : this.potential(neuron, t);
    const crossing = this.#kernels.findOneConductanceCrossing(this.#kernelRecord, neuron, t, mV, bar);
    if (!Number.isNaN(crossing)) return crossing;
    const [sum, reversal] = this.states.subarray(FIELDS * neuron + SUM) as unknown as [number, number];
    if (sum === 0 && mV < bar) return bar < 0 ? t + this.tau * log(mV / bar) : Infinity;
    const ts = this.#tauRatio;
    const g = (sum * this.#decayFactor(t)) / ts;
    return t + findConductanceCrossing(mV, g, sum === 0 ? 0 : reversal / sum, ts, bar, 0, 0) * this.tau;
  }

  #decayFactor(t: number): number {
    if (t !== this.#decayTime)
      this.#lastDecay = exp((this.timeState[0]! - (this.#decayTime = t)) / this.tau / this.#tauRatio);
    return this.#lastDecay;
  }

  #computePotential(c: number, neuron: number, t: number): number {
    const fade = this.#decayFactor(t);
    const b = this.states[FIELDS * neuron + SUM]! * fade;
    const drive = this.states[FIELDS * neuron + REVERSAL]! * fade;
    const m = exp((this.timeState[0]! - t) / this.tau);
    if (b >= MIN_TABLE_ARGUMENT && b < MAX_TABLE_ARGUMENT)
      return (c * m + drive * lookUpAttractor(this.attractorTable, b)) * lookUpExp(this.attractorTable);
    return (b > MAX_EXPONENT ? 0 : c * m * exp(b)) + this.#computeAttractorPotential(drive, b);
  }

  #computeIntegrationConstant(neuron: number, mV: number, t: number): number {
    const fade = this.#decayFactor(t);
    const b = this.states[FIELDS * neuron + SUM]! * fade;
    const drive = this.states[FIELDS * neuron + REVERSAL]! * fade;
    const perM = exp((t - this.timeState[0]!) / this.tau);
    if (b >= MIN_TABLE_ARGUMENT && b < MAX_TABLE_ARGUMENT) {
      const share = drive * lookUpAttractor(this.attractorTable, b);
      return (mV / lookUpExp(this.attractorTable) - share) * perM;
    }
    return b > MAX_EXPONENT ? 0 : (mV - this.#computeAttractorPotential(drive, b)) * perM * exp(-b);
  }

  /** Potential of `computeAttractorPotential`, mV, for b outside the table; `drive`: b × reversal potential. */
  #computeAttractorPotential(drive: number, b: number): number {
    return b === 0 ? 0 : (drive * computeAttractorPotentialAnyB(this.#tauRatio, b)) / b;
  }

  #moveReferenceTime(t: number) {
    const { states: u } = this;
    const m = exp((this.timeState[0]! - t) / this.tau);
    const fade = exp((this.timeState[0]! - t) / this.tau / this.#tauRatio);
    for (let o = 0; o < u.length; o += FIELDS) {
      if (u[o] !== REFRACTORY_MARK) u[o]! *= m;
      u[o + SUM]! *= fade;
      u[o + REVERSAL]! *= fade;
    }
    this.timeState[0] = t;
    this.#decayTime = Number.NaN;
    this.params[0] = Math.min(this.params[0]! / fade, 1e300);
  }
}
