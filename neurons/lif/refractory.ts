import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import type { DeltaScales } from './deltaScales.ts';
import type { Membranes } from './membranes.ts';

const SILENT = -Infinity;

/** The scaled potentials that it is about; see `LifDelta`. */
interface Scaled {
  readonly u: Floats;
  readonly precision: Precision;
  readonly thresholds: AdaptiveThreshold;
  readonly scales: DeltaScales;
  readonly membranes: Membranes;
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

  constructor(s: Scaled, keeps: boolean, arena: Arena) {
    const n = s.u.length;
    this.#s = s;
    const some = s.membranes.anyRefractory;
    this.keeps = keeps && some;
    this.queue = new RefractoryQueue(some ? n : 0, arena);
    this.bar = this.keeps ? arena.floats(s.precision, n) : s.thresholds.b;
    this.state = this.queue.state;
    this.setBars();
  }

  is(neuron: number): boolean {
    return this.#s.u[neuron] === SILENT || this.bar[neuron] === Infinity;
  }

  /** Makes a neuron refractory until `release`. */
  clamp(neuron: number, release: number): void {
    this.#s.u[neuron] = this.keeps ? this.#atReset(neuron, release) : SILENT;
    if (this.keeps) this.bar[neuron] = Infinity;
  }

  /** Makes those refractory that are so still, among the neurons from `from` to before `to`, whose potentials were set. */
  clampAgain(from: number, to: number): void {
    for (let k = 0; k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      if (neuron >= from && neuron < to) this.clamp(neuron, this.queue.release(k));
    }
  }

  /** Releases the neuron whose turn it is. */
  release(): number {
    const release = this.queue.next;
    const neuron = this.queue.shift();
    if (this.keeps) this.bar[neuron] = this.#s.thresholds.b[neuron]!;
    else this.#s.u[neuron] = this.#atReset(neuron, release);
    return neuron;
  }

  /** Potential of a refractory neuron at its release, as far as is known by now. */
  potential(neuron: number, release: number): number {
    const { u, scales, membranes } = this.#s;
    if (u[neuron] === SILENT) return membranes.reset.at(neuron);
    return membranes.vInf.at(neuron) + u[neuron]! * scales.left(neuron, release);
  }

  /** Takes the bars anew from the thresholds. */
  setBars(): void {
    if (!this.keeps) return;
    this.bar.set(this.#s.thresholds.b);
    for (let k = 0; k < this.queue.length; k++) this.bar[this.queue.neuron(k)] = Infinity;
  }

  /** Called after `state` was loaded. */
  restored(): void {
    this.queue.restored();
    this.setBars();
  }

  /** The current has changed: what neurons that keep their input will be released with lies at the same potential as before. */
  fall(): void {
    for (let k = 0; this.keeps && k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      this.#s.u[neuron]! += this.#s.membranes.fall.at(neuron) * this.#s.scales.to(neuron, this.queue.release(k));
    }
  }

  /** The u of a neuron at its reset potential at t. */
  #atReset(neuron: number, t: number): number {
    const { reset, vInf } = this.#s.membranes;
    return (reset.at(neuron) - vInf.at(neuron)) * this.#s.scales.to(neuron, t);
  }
}
