import type { ModelContext } from '../../core/factories.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { allocateRecords, PlasticRecord } from '../../core/kernels/records.ts';
import { SCHEDULED_CROSSING_MARGIN } from '../../core/kernels/scalarRows.ts';
import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import type { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { TimerWheel } from '../parts/timerWheel.ts';
import { CheckInterval } from './checkInterval.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { Psp, StateScales } from './psp.ts';
import { Trajectory } from './trajectory.ts';
import { VoltageBound } from './voltageBound.ts';

/** Number of state fields per neuron: M (membrane), E (excitation), I (inhibition), threshold margin. */
export const STATE_VARIABLE_COUNT = 4;
export const EXC_STATE_INDEX = 1;
export const INH_STATE_INDEX = 2;
const MARGIN = 3;

export const REFRACTORY_MARK = -Infinity;
/** Threshold margin that any excitatory arrival exceeds, mV. */
const MIN_MARGIN = Number.MIN_VALUE;

interface PredictorInput {
  readonly states: Float64Array;
  readonly scales: StateScales;
  readonly thresholds: AdaptiveThreshold;
  readonly queue: RefractoryQueue;
  readonly excPsp: Psp;
  readonly inhPsp: Psp;
  readonly maxTimeSinceReference: number;
  readonly membranes: MembraneParameters;
}

/**
 * Predicts the threshold crossings of neurons with exponential currents. Each neuron has a check time and a threshold margin (mV). Before
 * the check time, V cannot reach the threshold unless arrivals raise it by more than the margin. A neuron is checked at its check time, or
 * when arrivals exceed its margin. If the check finds that a crossing may be near, the crossing is computed.
 */
export class CrossingPredictor {
  /** Neurons whose threshold margin is exceeded at this tick; one extra entry for the kernel. */
  readonly candidates;
  candidateCount = 0;
  readonly checkInterval;
  readonly state;
  readonly record: PlasticRecord;
  readonly #input;
  readonly #bound;
  readonly #trajectory;
  readonly #checkWheel;
  readonly #crossingHeap;
  readonly #findCandidates;
  readonly #checkKernel: Kernels['checkCandidates'] | null;
  /** Constant term of the distance from threshold of the neuron that is checked, mV. */
  #constantTerm = 0;
  #membraneTerm = 0;
  #drive = 0;
  #inhibition = 0;
  #decayingThreshold = 0;

  constructor(input: PredictorInput, { arena }: ModelContext) {
    const { states: u, thresholds, excPsp, inhPsp, maxTimeSinceReference: maxReferenceAge, membranes } = input;
    const decayRate = 1 / membranes.tau.getValue(0);
    const n = u.length / STATE_VARIABLE_COUNT;
    this.#input = input;
    this.candidates = arena.u32(n + 1);
    this.#bound = new VoltageBound(decayRate, excPsp, inhPsp, thresholds.decayRate, arena);
    this.#trajectory = new Trajectory(decayRate, [excPsp, inhPsp], thresholds.decayRate);
    this.#checkWheel = new TimerWheel(n, this.#bound.minTimeBelow / 2, arena);
    this.#crossingHeap = new IndexedHeap(n, arena);
    this.checkInterval = new CheckInterval(n, decayRate, excPsp, inhPsp, thresholds.decayRate, arena);
    const { tables } = this.#bound;
    [this.record] = allocateRecords(arena, PlasticRecord, 1) as [PlasticRecord];
    const times = { ...this.#checkWheel.record, crossings: this.#crossingHeap.times };
    Object.assign(this.record, {
      u,
      bar: thresholds.offsets,
      candidates: this.candidates,
      ...tables,
      segmentCount: tables.starts.length,
      ...times,
      rate: decayRate,
      rateE: excPsp.decayRate,
      rateI: inhPsp.decayRate,
      perDeltaE: excPsp.amplitude,
      perDeltaI: inhPsp.amplitude,
      perCapacitance: 1 / membranes.capacitance.getValue(0),
      peak: excPsp.peak,
      span: maxReferenceAge,
    });
    this.#findCandidates = arena.kernels.updateAll;
    this.#checkKernel = thresholds.decayRate === 0 ? arena.kernels.checkCandidates : null;
    this.state = {
      crossings: this.#crossingHeap.times,
      rounds: this.checkInterval.intervalState,
      ...this.#checkWheel.state,
    };
  }

  /** Time of the next check, crossing or end of a check interval, ms; processed before the arrivals of its tick. */
  get nextEventTime() {
    return Math.min(this.#checkWheel.nextTime, this.nextNonCheckTime);
  }

  /** Time of the next crossing or end of the check interval, ms; checks of single neurons do not count. */
  get nextNonCheckTime() {
    return Math.min(this.#crossingHeap.nextTime, this.checkInterval.end);
  }

  onCheckpointLoaded() {
    this.#checkWheel.rebuildLinkedLists();
    this.#crossingHeap.rebuildHeap();
  }

  /** Runs a kernel on arrivals `from` … `to - 1` before `until` and returns its result; `t0`: reference time of the state. */
  runKernel(kernel: (record: PlasticRecord) => number, from: number, to: number, until: number, t0: number): number {
    const { record, checkInterval } = this;
    record.checkCount = 0;
    record.from = from;
    record.to = to;
    record.until = until;
    record.t0 = t0;
    record.checkEnd = checkInterval.end;
    const result = kernel(record);
    this.candidateCount = record.candidateCount;
    checkInterval.addCheckCount(record.checkCount);
    return result;
  }

  checkCandidates(t: number) {
    this.#checkFirstCandidates(this.candidateCount, t);
    this.candidateCount = 0;
  }

  /** Processes checks and crossings due at t. Writes spiking neurons to `fired`, ascending; returns their number. */
  collectCrossings(t: number, fired: Uint32Array): number {
    let due = 0; // `candidates` serves as buffer, because arrivals at t come later
    for (let neuron = this.#checkWheel.popDueNeuron(t); neuron >= 0; neuron = this.#checkWheel.popDueNeuron(t))
      this.candidates[due++] = neuron;
    if (this.checkInterval.end <= t) this.#startCheckInterval(t);
    else this.#checkFirstCandidates(due, t);
    let count = 0;
    while (this.#crossingHeap.nextTime <= t) {
      const neuron = this.#crossingHeap.firstIndex;
      if (this.#input.states[STATE_VARIABLE_COUNT * neuron + MARGIN] === SCHEDULED_CROSSING_MARGIN) {
        this.#crossingHeap.setTime(neuron, Infinity);
        fired[count++] = neuron;
      } else {
        this.predictCrossing(neuron, t);
      }
    }
    if (count > 1) fired.subarray(0, count).sort();
    return count;
  }

  predictAllCrossings(t: number) {
    const { states: u } = this.#input;
    this.candidateCount = 0;
    this.#checkWheel.clear();
    for (let j = 0; j < u.length / STATE_VARIABLE_COUNT; j++) {
      u[STATE_VARIABLE_COUNT * j + MARGIN] = MIN_MARGIN;
      this.#crossingHeap.setTime(j, Infinity);
    }
    if (this.checkInterval.end < Infinity) this.#startCheckInterval(t);
    else for (let j = 0; j < u.length / STATE_VARIABLE_COUNT; j++) this.predictCrossing(j, t);
  }

  predictRefractoryNeuron(neuron: number, t: number, release: number) {
    if (release < this.checkInterval.end) {
      this.#predictFromRelease(neuron, t, release);
    } else {
      this.#input.states[STATE_VARIABLE_COUNT * neuron + MARGIN] = Infinity;
      this.#scheduleCheck(neuron, Infinity, t);
    }
  }

  predictCrossing(neuron: number, t: number) {
    if (this.#input.states[STATE_VARIABLE_COUNT * neuron] === REFRACTORY_MARK) {
      this.#predictFromRelease(neuron, t, this.#input.queue.releaseTimeOf(neuron));
    } else {
      this.#loadState(neuron, t);
      if (!this.#postponeCheck(neuron, t, t)) this.#solveCrossing(neuron, t, t);
    }
  }

  #predictFromRelease(neuron: number, t: number, release: number) {
    const { membranes, excPsp, inhPsp } = this.#input;
    this.#loadState(neuron, release);
    this.#membraneTerm = membranes.resetOffset.getValue(neuron);
    this.#drive *= exp((t - release) * excPsp.decayRate);
    this.#inhibition *= exp((t - release) * inhPsp.decayRate);
    if (!this.#postponeCheck(neuron, t, release)) this.#solveCrossing(neuron, t, release);
  }

  #loadState(neuron: number, start: number) {
    const { states: u, scales, thresholds, membranes } = this.#input;
    const o = STATE_VARIABLE_COUNT * neuron;
    scales.computeDecayFactors();
    this.#membraneTerm =
      u[o]! * scales.decayM + u[o + EXC_STATE_INDEX]! * scales.shapeE + u[o + INH_STATE_INDEX]! * scales.shapeI;
    this.#drive = u[o + EXC_STATE_INDEX]! * scales.decayE;
    this.#inhibition = u[o + INH_STATE_INDEX]! * scales.decayI;
    this.#decayingThreshold = thresholds.offsetAt(neuron, start);
    this.#constantTerm = membranes.vInf.getValue(neuron) - thresholds.origin.getValue(neuron);
    if (thresholds.decayRate > 0) return;
    this.#constantTerm -= this.#decayingThreshold;
    this.#decayingThreshold = 0;
  }

  /** Starts a check interval at t and checks its candidates. Neurons released after its end are checked in a later interval. */
  #startCheckInterval(t: number) {
    const { states: u, scales, thresholds, queue } = this.#input;
    this.checkInterval.startInterval(t);
    while (this.#checkWheel.popDueNeuron(t) >= 0);
    const { now } = this.#bound.tables;
    scales.writeVoltageRecord(now);
    this.#checkFirstCandidates(
      this.#findCandidates(u, thresholds.offsets, now, this.checkInterval.currentRises, this.candidates),
      t,
    );
    for (let k = 0; k < queue.length && queue.releaseTimeAt(k) < this.checkInterval.end; k++) {
      this.#predictFromRelease(queue.neuronAt(k), t, queue.releaseTimeAt(k));
    }
  }

  /** Checks the first `count` candidates; a kernel removes those whose crossing need not be computed. */
  #checkFirstCandidates(count: number, t: number) {
    if (count === 0) return;
    let left = count;
    if (this.#checkKernel !== null) {
      this.#input.scales.writeVoltageRecord(this.#bound.tables.now);
      this.record.checkEnd = this.checkInterval.end;
      this.record.checkCount = 0;
      left = this.#checkKernel(this.record, t, count);
      this.checkInterval.addCheckCount(this.record.checkCount);
    }
    for (let k = 0; k < left; k++) this.predictCrossing(this.candidates[k]!, t);
  }

  /** Sets next check and threshold margin of a neuron; returns false if its crossing must be computed. */
  #postponeCheck(neuron: number, t: number, start: number): boolean {
    this.checkInterval.addCheckCount(1);
    const within = this.checkInterval.end - start;
    const sure = this.#bound.computeBound(
      this.#constantTerm,
      this.#membraneTerm,
      this.#drive,
      this.#inhibition,
      this.#decayingThreshold,
      within,
    );
    if (!sure) return false;
    this.#input.states[STATE_VARIABLE_COUNT * neuron + MARGIN] = this.#bound.thresholdMargin;
    this.#scheduleCheck(neuron, start + this.#bound.timeBelow, t);
    return true;
  }

  #solveCrossing(neuron: number, t: number, start: number) {
    this.#checkWheel.setTime(neuron, Infinity, t);
    this.#trajectory.drives[0] = this.#drive;
    this.#trajectory.drives[1] = this.#inhibition;
    const wait = this.#trajectory.findCrossing(this.#constantTerm, this.#membraneTerm, this.#decayingThreshold);
    this.#input.states[STATE_VARIABLE_COUNT * neuron + MARGIN] =
      wait === Infinity ? MIN_MARGIN : SCHEDULED_CROSSING_MARGIN; // an arrival makes the solution a lower bound
    this.#crossingHeap.setTime(neuron, wait === 0 ? start : Math.max(snap(start + wait), start + TICK));
  }

  /** Postpones the next check of a neuron until `time` or the next check interval; an earlier check may already be scheduled. */
  #scheduleCheck(neuron: number, time: number, t: number) {
    if (time < this.#checkWheel.times[neuron]!)
      this.#checkWheel.setTime(neuron, time < this.checkInterval.end ? time : Infinity, t);
    this.#crossingHeap.setTime(neuron, Infinity);
  }
}
