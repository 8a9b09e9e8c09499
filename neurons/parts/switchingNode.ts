import type { Distribution } from '../../core/declare/distribution.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { exp, log } from '../../core/math.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { createInitialSampler } from './params.ts';
import { type NeuronDynamics, timeAfter } from './perNeuron.ts';

/** Parameters of a node in one device state (off or on): steady potential `vInf` (mV), time constant `tau` (ms). */
export interface Phase {
  readonly vInf: number;
  readonly tau: number;
}

interface SwitchingNodeParams {
  readonly size: number;
  readonly off: Phase;
  readonly on: Phase;
  /** Potential at which the device switches on, mV; it switches off at `hold`. */
  readonly threshold: number;
  /** Standard deviation of the threshold, mV; each spike draws a new threshold. */
  readonly spread: number;
  readonly hold: number;
  readonly initial: Distribution;
}

/**
 * Capacitor with a threshold switch across it. Arrivals add their weight (mV) to V. Between arrivals V relaxes
 * exponentially: off, to off.vInf until V >= threshold (a spike); on, to on.vInf until V <= hold. The time to V = end
 * is tau ln((V - vInf)/(end - vInf)). With a spread, each threshold is drawn from a normal distribution truncated above
 * `hold`; draw n of neuron j depends on (j, n) only. If on.vInf > hold, the node latches: one spike, then on forever.
 */
export class SwitchingNode implements NeuronDynamics {
  readonly state;
  readonly #p: SwitchingNodeParams;
  readonly #random: CounterRandom;
  readonly #v: Float64Array;
  readonly #since: Float64Array; // time of `v`, ms; in the future while clamped
  readonly #threshold: Float64Array;
  readonly #draws: Uint32Array;
  readonly #isOn: Uint8Array;
  /** Results of `#evaluate`: potential (mV), and true if the device is in the on state. */
  #vNow = 0;
  #isOnNow = false;

  constructor(p: SwitchingNodeParams, context: ModelContext) {
    const { arena, seed, name } = context;
    const n = p.size;
    arena.reserve(n * 48, `${name} with ${n} neurons`);
    if (!(p.hold < p.threshold)) {
      throw new UserError(`${name}.hold is ${p.hold}, but must be < the threshold of ${p.threshold} mV.`);
    }
    this.#p = p;
    this.#random = new CounterRandom(seed, `${name}/threshold`);
    this.#v = arena.f64(n);
    this.#since = arena.f64(n);
    this.#threshold = arena.f64(n);
    this.#draws = arena.u32(n);
    this.#isOn = arena.u8(n);
    this.state = {
      v: this.#v,
      since: this.#since,
      thresholds: this.#threshold,
      draws: this.#draws,
      on: this.#isOn,
    };
    const draw = createInitialSampler(p, n, context);
    for (let j = 0; j < n; j++) {
      this.#v[j] = draw();
      this.#drawThreshold(j);
    }
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    if (t < this.#since[j]!) return;
    this.#advance(j, t);
    this.#v[j]! += weight;
  }

  predictSpike(j: number, t: number): number {
    const { off, on, hold } = this.#p;
    let start = Math.max(t, this.#since[j]!);
    this.#evaluate(j, start);
    let v = this.#vNow;
    if (this.#isOnNow) {
      start = timeAfter(start, timeToFall(v, hold, on));
      v = hold;
      if (start === Infinity) return start;
    }
    const threshold = this.#threshold[j]!;
    if (v >= threshold) return start;
    return off.vInf > threshold ? timeAfter(start, off.tau * log((off.vInf - v) / (off.vInf - threshold))) : Infinity;
  }

  postSpikeReset(j: number, t: number): void {
    this.#advance(j, t);
    this.#isOn[j] = 1;
    this.#drawThreshold(j);
  }

  inhibit(j: number, _t: number, until: number): void {
    this.#v[j] = 0;
    this.#isOn[j] = 0;
    this.#since[j] = Math.max(until, this.#since[j]!);
  }

  rest(j: number, t: number): void {
    this.#since[j] = t;
    this.inhibit(j, t, t);
  }

  potential(j: number, t: number): number {
    this.#evaluate(j, t);
    return this.#vNow;
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.#threshold[j]!;
  }

  /** Computes potential and device state at t, assuming no arrivals since `since`. */
  #evaluate(j: number, t: number): void {
    const { off, on, hold } = this.#p;
    let since = this.#since[j]!;
    this.#vNow = this.#v[j]!;
    this.#isOnNow = this.#isOn[j] === 1;
    if (t <= since && !(this.#isOnNow && this.#vNow <= hold)) return;
    if (this.#isOnNow) {
      const end = timeAfter(since, timeToFall(this.#vNow, hold, on));
      if (end > t) {
        this.#vNow = relax(this.#vNow, t - since, on);
        return;
      }
      this.#isOnNow = false;
      this.#vNow = Math.min(this.#vNow, hold);
      since = end;
    }
    this.#vNow = relax(this.#vNow, t - since, off);
  }

  #advance(j: number, t: number): void {
    this.#evaluate(j, t);
    this.#v[j] = this.#vNow;
    this.#isOn[j] = this.#isOnNow ? 1 : 0;
    this.#since[j] = t;
  }

  #drawThreshold(j: number): void {
    const { threshold, spread, hold } = this.#p;
    let drawn = threshold;
    if (spread > 0) {
      do drawn = threshold + spread * this.#random.normal(j, this.#draws[j]!++);
      while (!(drawn > hold));
    }
    this.#threshold[j] = drawn;
  }
}

/** Potential after dt ms of relaxation from v, mV. */
const relax = (v: number, dt: number, { vInf, tau }: Phase): number =>
  dt > 0 ? vInf + (v - vInf) * exp(-dt / tau) : v;

/** Time until a potential relaxes from v down to `end` (mV), ms; Infinity if never. */
function timeToFall(v: number, end: number, { vInf, tau }: Phase): number {
  if (v <= end) return 0;
  return vInf < end ? tau * log((v - vInf) / (end - vInf)) : Infinity;
}
