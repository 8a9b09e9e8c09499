import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp, log } from '../../core/math.ts';
import { timeAfter } from '../parts/perNeuron.ts';
import { ClampedDynamics } from './clampedDynamics.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import { Psp, RampPsp } from './psp.ts';
import { Trajectory } from './trajectory.ts';

type Receptors = NonNullable<LifParams['receptors']>;

/**
 * Parts of a receptor's current: index and increment per unit weight of the decaying part and of the rising part (null if the current
 * jumps).
 */
interface ReceptorParts {
  readonly decayIndex: number;
  readonly riseIndex: number | null;
  readonly decayIncrement: number;
  readonly riseIncrement: number;
}

/**
 * Part of a synaptic current: e^(-t/tau), or the ramp t e^(-t/tau) if `isRamp`. `rampIndex`: index of the ramp of the same alpha function.
 */
interface CurrentPart {
  readonly tau: number;
  readonly rampIndex: number | null;
  readonly isRamp: boolean;
}

interface TauGroup {
  readonly decayRate: number;
  readonly parts: readonly CurrentPart[];
  readonly psps: readonly Psp[];
  /** Upper bound of the PSP of each receptor for an increment of 1 mV/ms, mV. */
  readonly peaks: readonly number[];
  readonly trajectory: Trajectory;
  /** Latest decay factors, from `#computeDecays`, followed by their time, ms. */
  readonly decays: Float64Array;
}

/** Distance to threshold, mV, below which the crossing of a neuron is searched: far above rounding errors. */
const MIN_MARGIN = 1e-9;
/** Length of the interval searched for a crossing, relative to the time since the last search. */
const HORIZON_FACTOR = 4;
/** Mark of a neuron with a known time of crossing. */
const CROSSING_KNOWN = -1;

/** Relative difference of rise and decay time below which an alpha function is used. */
const ALPHA_TOLERANCE = 1e-5;

/** Divides the receptors' currents into parts; the adaptation current, if any, is the last part. */
function splitReceptors(
  receptors: Receptors,
  adaptation: LifParams['adaptationCurrent'],
  name: string,
): { each: ReceptorParts[]; parts: CurrentPart[] } {
  const parts: CurrentPart[] = [];
  const part = (tau: number, ramp: number | null = null, isRamp = false) =>
    parts.push({ tau, rampIndex: ramp, isRamp }) - 1;
  const each = Object.entries(receptors).map(([key, { tau, rise }]) => {
    if (rise === undefined) return { decayIndex: part(tau), riseIndex: null, decayIncrement: 1, riseIncrement: 0 };
    if (!(rise <= tau))
      throw new UserError(`${name}.receptors.${key}.rise is ${rise}, but must be <= its tau of ${tau} ms.`);
    if (tau - rise < ALPHA_TOLERANCE * tau) {
      const both = rise === tau ? tau : Math.sqrt(tau * rise);
      const ramp = part(both, null, true);
      return { decayIndex: part(both, ramp), riseIndex: ramp, decayIncrement: 0, riseIncrement: Math.E / both };
    }
    const peak = ((tau * rise) / (tau - rise)) * log(tau / rise);
    const decayIncrement = 1 / (exp(-peak / tau) - exp(-peak / rise));
    return { decayIndex: part(tau), riseIndex: part(rise), decayIncrement, riseIncrement: -decayIncrement };
  });
  if (each.length === 0)
    throw new UserError(`${name}.receptors is empty, but synapse "multiExponential" requires at least one receptor.`);
  if (adaptation) part(adaptation.tau);
  return { each, parts };
}

/**
 * LIF neuron with currents of several time constants: tau dV/dt = -V + R (I + sum I_r). An arrival of weight w pA at
 * receptor r adds w e^(-t/tau_r) to I_r; with a rise time, the difference of two exponentials with peak w, or, if both
 * times are equal, w (t/tau_r) e^(1 - t/tau_r). A spike subtracts `adaptationCurrent.increment` from a further current.
 * The projection selects the receptor; by default positive weights go to the first receptor, negative weights to the
 * last. Refractoriness clamps V, not the currents.
 */
export class MultiExponentialDynamics extends ClampedDynamics {
  readonly receptors: readonly string[];
  readonly state;
  readonly #receptorParts;
  readonly #partCount;
  readonly #tauGroups;
  readonly #tauGroupIndices;
  /** Drive by each part of the synaptic currents at `vTimes`, mV/ms; neurons × parts. */
  readonly #drives;
  /** Distance to threshold until `#checkTimes` that arrivals have not used up, mV; or `CROSSING_KNOWN`. */
  readonly #margins;
  /** End of the interval that the last search covered, ms. */
  readonly #checkTimes;
  readonly #searchTimes;
  readonly #adaptationIncrement;

  /** @param receptorsOf returns the receptors of a neuron, with the same names and time courses for all neurons */
  constructor(
    p: LifParams,
    membranes: MembraneParameters,
    context: ModelContext,
    receptorsOf: (neuron: number) => Receptors,
  ) {
    const { arena, name } = context;
    const { each, parts } = splitReceptors(receptorsOf(0), p.adaptationCurrent, name);
    super(p, membranes, context, 40 + 8 * parts.length);
    const places = new Map<string, number>();
    const kinds: TauGroup[] = [];
    this.receptors = Object.keys(receptorsOf(0));
    this.#receptorParts = each;
    this.#partCount = parts.length;
    this.#adaptationIncrement = p.adaptationCurrent?.increment ?? 0;
    this.#tauGroupIndices = Uint32Array.from({ length: p.size }, (_, j) => {
      const tauM = membranes.tau.getValue(j);
      const { each, parts } = splitReceptors(receptorsOf(j), p.adaptationCurrent, name);
      const key = [tauM, ...parts.map(({ tau }) => tau)].join();
      if (places.has(key)) return places.get(key)!;
      const psps = parts.map(({ tau, isRamp }) => (isRamp ? new RampPsp(tau, tauM) : new Psp(tau, tauM)));
      const trajectory = new Trajectory(1 / tauM, psps, this.thresholds.decayRate);
      const peaks = each.map(({ decayIndex, riseIndex, decayIncrement, riseIncrement }) =>
        Math.max(
          decayIncrement * psps[decayIndex]!.peak,
          riseIndex === null ? 0 : riseIncrement * psps[riseIndex]!.peak,
        ),
      );
      const decays = new Float64Array(parts.length + 1).fill(Number.NaN);
      places.set(key, kinds.length);
      return kinds.push({ decayRate: 1 / tauM, parts, psps, peaks, trajectory, decays }) - 1;
    });
    this.#tauGroups = kinds;
    this.#drives = arena.f64(p.size * this.#partCount);
    this.#margins = arena.f64(p.size);
    this.#checkTimes = arena.f64(p.size);
    this.#searchTimes = arena.f64(p.size);
    this.state = {
      ...this.membraneState,
      drives: this.#drives,
      margins: this.#margins,
      checkTimes: this.#checkTimes,
      searchTimes: this.#searchTimes,
    };
  }

  get quantities(): Readonly<Record<string, Quantity>> {
    const { vTimes, membranes } = this;
    const adaptation: Quantity = {
      unit: 'pA',
      owner: 'neuron',
      read: (j, t) => -this.#computeDrive(j, this.#partCount - 1, t - vTimes[j]!) * membranes.capacitance.getValue(j),
    };
    const of = ({ decayIndex, riseIndex }: ReceptorParts): Quantity => ({
      unit: 'pA',
      owner: 'neuron',
      read: (j, t) => {
        const other =
          riseIndex === null || this.#tauGroups[0]!.parts[riseIndex]!.isRamp
            ? 0
            : this.#computeDrive(j, riseIndex, t - vTimes[j]!);
        return (this.#computeDrive(j, decayIndex, t - vTimes[j]!) + other) / (1 / membranes.capacitance.getValue(j));
      },
    });
    return {
      ...Object.fromEntries(this.receptors.map((name, r) => [`${name}Current`, of(this.#receptorParts[r]!)])),
      ...(this.#adaptationIncrement !== 0 && { adaptationCurrent: adaptation }),
    };
  }

  receiveArrival(j: number, weight: number, receptor: number | undefined, t: number) {
    this.advanceTo(j, t);
    const r = receptor ?? (weight < 0 ? this.#receptorParts.length - 1 : 0);
    const { decayIndex, riseIndex, decayIncrement, riseIncrement } = this.#receptorParts[r]!;
    const o = j * this.#partCount;
    const step = weight * (1 / this.membranes.capacitance.getValue(j));
    this.#drives[o + decayIndex]! += step * decayIncrement;
    if (riseIndex !== null) this.#drives[o + riseIndex]! += step * riseIncrement;
    if (weight <= 0) return;
    this.isRaised[j] = 1;
    // The current is at most its peak `weight`, so V rises by at most `step` (mV/ms) × time.
    const peak = this.#tauGroups[this.#tauGroupIndices[j]!]!.peaks[r]!;
    this.#margins[j]! -= step * Math.min(this.#checkTimes[j]! - t, peak);
  }

  override postSpikeReset(j: number, t: number) {
    super.postSpikeReset(j, t);
    if (this.#adaptationIncrement !== 0)
      this.#drives[(j + 1) * this.#partCount - 1]! -=
        this.#adaptationIncrement / this.membranes.capacitance.getValue(j);
  }

  override confirmsSpike(j: number): boolean {
    return this.hasNoise ? super.confirmsSpike(j) : this.#margins[j]! < 0;
  }

  /** Searches an interval that grows with the time since the last search; until its end, arrivals use up the margin to the threshold. */
  protected predictCrossing(j: number, t: number, arrived: boolean): number {
    if (arrived && this.#margins[j]! > MIN_MARGIN) return this.#checkTimes[j]!;
    const { vTimes, membranes } = this;
    const { trajectory } = this.#tauGroups[this.#tauGroupIndices[j]!]!;
    const start = this.findClampEnd(j, t);
    const dt = start - vTimes[j]!;
    for (let k = 0; k < this.#partCount; k++) trajectory.drives[k] = this.#computeDrive(j, k, dt);
    const above = this.thresholds.offsetAt(j, start);
    const decays = this.thresholds.decayRate > 0;
    const vInf = membranes.vInf.getValue(j);
    const wait = trajectory.findCrossing(
      vInf - this.thresholds.origin.getValue(j) - (decays ? 0 : above),
      this.potential(j, start) - vInf,
      decays ? above : 0,
      HORIZON_FACTOR * (t - this.#searchTimes[j]!),
    );
    const isFound = wait < Infinity;
    this.#searchTimes[j] = t;
    this.#margins[j] = isFound ? CROSSING_KNOWN : trajectory.margin;
    this.#checkTimes[j] = timeAfter(start, isFound ? wait : trajectory.searchedTime);
    return this.#checkTimes[j]!;
  }

  protected override boundCurvature(j: number, t: number): number {
    const { decayRate, parts } = this.#tauGroups[this.#tauGroupIndices[j]!]!;
    let sum = 0;
    for (const [k, { tau, isRamp }] of parts.entries()) {
      const rates = decayRate + 1 / tau; // D'' - D/tau^2 + vInf/tau^2 = dI/dt - I/tau for a drive I
      sum += Math.abs(this.#computeDrive(j, k, t - this.vTimes[j]!)) * (isRamp ? 1 + tau * rates : rates);
    }
    return sum;
  }

  protected clearSynapticState(j: number) {
    this.#drives.fill(0, j * this.#partCount, (j + 1) * this.#partCount);
  }

  protected potentialAfter(j: number, begin: number, from: number, t: number): number {
    const waited = from - this.vTimes[j]!;
    const dt = t - from;
    const group = this.#tauGroups[this.#tauGroupIndices[j]!]!;
    const { decayRate, psps } = group;
    const m = exp(-dt * decayRate);
    const vInf = this.membranes.vInf.getValue(j);
    const n = this.#partCount;
    let sum = vInf + (begin - vInf) * m;
    for (let k = 0; k < n; k++) {
      const atFrom = waited > 0 ? this.#computeDrive(j, k, waited) : this.#drives[j * n + k]!;
      if (atFrom !== 0) sum += atFrom * psps[k]!.response(dt, m, this.#computeDecays(group, dt)[k]!);
    }
    return sum;
  }

  /** Drive by part k of a neuron's synaptic currents, `dt` ms after `vTimes`, mV/ms. */
  #computeDrive(j: number, k: number, dt: number): number {
    const group = this.#tauGroups[this.#tauGroupIndices[j]!]!;
    const { rampIndex } = group.parts[k]!;
    const o = j * this.#partCount;
    const drive = rampIndex === null ? this.#drives[o + k]! : this.#drives[o + k]! + this.#drives[o + rampIndex]! * dt;
    return drive * this.#computeDecays(group, dt)[k]!;
  }

  /** Decay factors of the parts of the synaptic currents over `dt` ms; both parts of an alpha function have the same factor. */
  #computeDecays({ parts, decays }: TauGroup, dt: number): Float64Array {
    if (dt === decays[parts.length]) return decays;
    decays[parts.length] = dt;
    for (const [k, { tau, rampIndex }] of parts.entries())
      decays[k] = rampIndex === null ? exp(-dt * (1 / tau)) : decays[rampIndex]!;
    return decays;
  }

  protected decaySynapticState(j: number, t: number) {
    const dt = t - this.vTimes[j]!;
    const n = this.#partCount;
    // Synaptic current components are updated in descending index order: an alpha function needs the old value of its
    // ramp component, which has a lower index.
    for (let k = n - 1; k >= 0; k--) this.#drives[j * n + k] = this.#computeDrive(j, k, dt);
  }
}
