import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { boundTimeToThresholdOfTwo, type TwoConductances } from '../../core/kernels/twoConductances.ts';
import { exp } from '../../core/math.ts';
import { findCrossing } from './conductancePotential.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import { type Drive, twoConductancePotential } from './shuntedByTwo.ts';
import { ConductanceDynamics } from './shuntingMembrane.ts';

/** Excitatory and inhibitory conductance. */
type DrivePair = readonly [{ -readonly [K in keyof Drive]: Drive[K] }, { -readonly [K in keyof Drive]: Drive[K] }];
/** Decay time constants of the conductances, ms. */
interface Taus {
  readonly excitatory: number;
  readonly inhibitory: number;
}

/** Crossings further away than this are not solved for yet, membrane time constants. */
const NEAR = 1 / 64;

/**
 * LIF neuron with exponential conductances of two time constants, for decaying thresholds and groups (otherwise `TwoTauConductances` is
 * used): tau dV/dt = -V + R I + ge (Ee - V) + gi (Ei - V). Potentials follow from `twoConductancePotential`, crossings from
 * `findCrossing`, which is called only if a bound on the slope cannot exclude a crossing in the near future.
 */
export class TwoTauConductanceDynamics extends ConductanceDynamics {
  readonly state;
  /** 1 if the predicted time of a neuron is a lower bound, not a spike. */
  readonly #isBound: Uint8Array;
  /** Conductances of the neuron being computed. */
  readonly #drives: DrivePair;
  readonly #shunts: { -readonly [K in keyof TwoConductances]: TwoConductances[K] } = { r: 0, s: 0, e: 0, f: 0 };
  readonly #taus: Taus;
  readonly #reversals: readonly [number, number];

  constructor(p: LifParams, taus: Taus, membranes: MembraneParameters, context: ModelContext) {
    super(p, membranes, context, 33);
    this.#isBound = context.arena.u8(p.size);
    this.#taus = taus;
    this.#reversals = [p.reversalExc, p.reversalInh];
    this.#drives = [
      { g: 0, e: 0, rate: 0 },
      { g: 0, e: 0, rate: 0 },
    ];
    this.state = { ...this.clamped.state, exc: this.exc, inh: this.inh, early: this.#isBound };
  }

  /** Conductances, nS. */
  get quantities(): Readonly<Record<string, Quantity>> {
    const of = (g: Float64Array, tau: number): Quantity => ({
      unit: 'nS',
      of: 'neuron',
      read: (j, t) => (g[j]! * exp((this.clamped.since[j]! - t) / tau)) / this.perLeak(j),
    });
    const { excitatory, inhibitory } = this.#taus;
    return { excitatoryConductance: of(this.exc, excitatory), inhibitoryConductance: of(this.inh, inhibitory) };
  }

  predictSpike(j: number, t: number): number {
    const vInf = this.membranes.vInf.at(j);
    const start = this.clamped.freeFrom(j, t);
    const u = this.potential(j, start) - vInf;
    const [exc, inh] = this.#drivesAt(j, start);
    const above = this.thresholds.aboveOrigin(j, start);
    const decays = this.thresholds.rate > 0;
    const theta = this.thresholds.origin.at(j) - vInf + (decays ? 0 : above);
    this.#isBound[j] = 0;
    if (!decays) {
      const wait = boundTimeToThresholdOfTwo(u, exc.g, inh.g, theta, this.#shunts);
      if (wait === Infinity) return wait;
      if (wait > NEAR) {
        this.#isBound[j] = 1;
        return this.timeAfterWait(j, start, wait);
      }
    }
    const wait = findCrossing(
      (x) => twoConductancePotential(u, exc, inh, x),
      this.#drives,
      theta,
      decays ? above : 0,
      this.thresholds.rate * this.membranes.tau.at(j),
      decays ? Infinity : 2 * NEAR,
    );
    if (!decays && wait === Infinity) {
      this.#isBound[j] = 1;
      return this.timeAfterWait(j, start, 2 * NEAR);
    }
    return this.timeAfterWait(j, start, wait);
  }

  confirmsSpike(j: number): boolean {
    return this.#isBound[j] === 0;
  }

  protected potentialAfter(j: number, begin: number, from: number, t: number): number {
    const [exc, inh] = this.#drivesAt(j, from);
    return twoConductancePotential(begin, exc, inh, (t - from) / this.membranes.tau.at(j));
  }

  protected decayConductances(j: number, t: number): void {
    const [exc, inh] = this.#drivesAt(j, t);
    this.exc[j] = exc.g;
    this.inh[j] = inh.g;
  }

  /** Conductances of a neuron at t; the returned pair is reused. */
  #drivesAt(j: number, t: number): DrivePair {
    const [exc, inh] = this.#drives;
    const tau = this.membranes.tau.at(j);
    const vInf = this.membranes.vInf.at(j);
    const shunts = this.#shunts;
    exc.e = shunts.e = this.#reversals[0] - vInf;
    inh.e = shunts.f = this.#reversals[1] - vInf;
    exc.rate = shunts.r = tau / this.#taus.excitatory;
    inh.rate = shunts.s = tau / this.#taus.inhibitory;
    const dt = (t - this.clamped.since[j]!) / tau;
    exc.g = this.exc[j]! * (dt === 0 ? 1 : exp(-dt * exc.rate));
    inh.g = this.inh[j]! * (dt === 0 ? 1 : exp(-dt * inh.rate));
    return this.#drives;
  }
}
