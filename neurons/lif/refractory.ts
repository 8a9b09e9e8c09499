import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import { exp } from '../../core/math.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';

const SILENT = Number.NEGATIVE_INFINITY;

/** The scaled potentials that it is about; see `LifDelta`. */
interface Scaled {
  readonly u: Floats;
  readonly precision: Precision;
  readonly thresholds: AdaptiveThreshold;
  /** [reference time of u, ...] */
  readonly clock: Float64Array;
  readonly rate: number;
  readonly reset: number;
  readonly vInf: number;
  readonly refractory: number;
}

/**
 * Which neurons with delta currents are refractory, in a way that inner loops need not ask: such a neuron has u = -Infinity or,
 * where input is kept until the release, the u that it will be released with (to which arrivals add what will be left of them, as
 * u knows no decay) and an infinite bar.
 */
export class Refractory {
  readonly queue: RefractoryQueue;
  readonly keeps: boolean;
  /** What u is compared with, in units of the scale. */
  readonly bar: Floats;
  readonly state;
  readonly #s: Scaled;
  /** What 0.1.0 kept apart from u until the release, mV: only found in its checkpoints. */
  readonly #kept: Float64Array;

  constructor(s: Scaled, keeps: boolean, arena: Arena) {
    const n = s.u.length;
    this.#s = s;
    this.keeps = keeps && s.refractory > 0;
    this.queue = new RefractoryQueue(s.refractory > 0 ? n : 0, arena);
    this.bar = this.keeps ? arena.floats(s.precision, n) : s.thresholds.b;
    this.#kept = arena.f64(this.keeps ? n : 0);
    this.state = { kept: this.#kept, ...this.queue.state };
    this.setBars();
  }

  is(neuron: number): boolean {
    return this.#s.u[neuron] === SILENT || this.bar[neuron] === Number.POSITIVE_INFINITY;
  }

  /** Makes a neuron refractory until `release`. */
  clamp(neuron: number, release: number): void {
    this.#s.u[neuron] = this.keeps ? this.#atReset(release, 0) : SILENT;
    if (this.keeps) this.bar[neuron] = Number.POSITIVE_INFINITY;
  }

  /** Releases the neuron whose turn it is. */
  release(): number {
    const release = this.queue.next;
    const neuron = this.queue.shift();
    if (this.keeps) this.bar[neuron] = this.#s.thresholds.b[neuron]!;
    else this.#s.u[neuron] = this.#atReset(release, 0);
    return neuron;
  }

  /** Potential of a refractory neuron at its release, as far as is known by now. */
  potential(neuron: number, release: number): number {
    const { u, clock, rate, reset, vInf } = this.#s;
    return u[neuron] === SILENT ? reset : vInf + u[neuron]! * exp((clock[0]! - release) * rate);
  }

  /** Takes the bars anew from the thresholds. */
  setBars(): void {
    if (!this.keeps) return;
    this.bar.set(this.#s.thresholds.b);
    for (let k = 0; k < this.queue.length; k++) this.bar[this.queue.neuron(k)] = Number.POSITIVE_INFINITY;
  }

  /** After state was loaded. */
  restored(): void {
    this.setBars();
    for (let k = 0; this.keeps && k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      if (this.#s.u[neuron] === SILENT) this.#s.u[neuron] = this.#atReset(this.queue.release(k), this.#kept[neuron]!);
    }
    this.#kept.fill(0);
  }

  /** The u of a neuron that is `above` mV above reset at t. */
  #atReset(t: number, above: number): number {
    const { clock, rate, reset, vInf } = this.#s;
    return (reset + above - vInf) * exp((t - clock[0]!) * rate);
  }
}
